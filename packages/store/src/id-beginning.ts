import { invalidArgument } from "./errors.ts";

/** So many of the ids that fit are named. */
const SHOWN = 5;

/**
 * The id that begins so; `undefined` where none does. Throws INVALID_ARGUMENT where several do.
 *
 * @param parameter what it is the id of
 */
export function idBeginningWith(
  parameter: "run" | "batch",
  reference: string,
  ids: readonly string[],
): string | undefined {
  if (reference === "") return undefined;
  const fitting = ids.filter((id) => id.startsWith(reference)).toSorted();
  if (fitting.length > 1) {
    const shown = fitting.length > SHOWN ? [...fitting.slice(0, SHOWN), "…"] : fitting;
    throw invalidArgument(
      parameter,
      `${JSON.stringify(reference)} may be any of ${shown.join(", ")}; give more of the id`,
    );
  }
  return fitting[0];
}
