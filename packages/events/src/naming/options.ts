import { didYouMean } from "./nearest.ts";

/** Every name of an options type, so that the compiler misses none. */
export type OptionNames<T> = Readonly<Record<keyof T, true>>;

/**
 * Says which option there is none of: a slip of the finger would otherwise leave a default in force in silence.
 *
 * @param of what takes the options, as `openEventStream`
 * @returns one line without a full stop, or `undefined` where all are known
 */
export function unknownOption<T>(of: string, options: object, names: OptionNames<T>): string | undefined {
  const known = Object.keys(names);
  const wrong = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (wrong === undefined) return undefined;
  const advice = didYouMean(wrong, known) || `; there are ${known.join(", ")}`;
  return `${JSON.stringify(wrong)} is no option of ${of}${advice}`;
}
