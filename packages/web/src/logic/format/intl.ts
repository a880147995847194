// The one door to `Intl`: a browser may run in a locale whose name Intl does not take (`en-US@posix`), and throws where it is asked
// for its own. What is shown is English, so that nobody has to ask.

const LOCALE = "en-US";

/** By name; numbers in names by their value: `agent 2` before `agent 10`. */
export const byName: (one: string, other: string) => number = new Intl.Collator(LOCALE, { numeric: true })
  .compare;

export function numberFormat(options?: Intl.NumberFormatOptions): Intl.NumberFormat {
  return new Intl.NumberFormat(LOCALE, options);
}
