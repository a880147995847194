// A name longer than this is no slip of the finger, and the comparison's cost is the product of the lengths.
const MAX_LENGTH = 200;

/** The name closest to `wrong` by edit distance (Levenshtein, a swap of neighbours being one edit), where one is close. */
export function nearest(wrong: string, names: Iterable<string>): string | undefined {
  return nearestNames(wrong, names, 1)[0];
}

/**
 * The names that look most like `wrong`, best first: those that hold it, then those that are few edits away, be it in whole or by
 * their beginning (`markt` for `market-20261123-074500-1a2b`).
 *
 * @param atMost how many
 */
export function nearestNames(wrong: string, names: Iterable<string>, atMost: number): string[] {
  if (wrong.length > MAX_LENGTH) return [];
  const wanted = wrong.toLowerCase();
  const far = Math.max(1, Math.ceil(wanted.length / 3));
  return [...names]
    .map((name) => ({ name, edits: editsTo(wanted, name.toLowerCase()) }))
    .filter(({ edits }) => edits <= far)
    .toSorted((left, right) => left.edits - right.edits)
    .slice(0, atMost)
    .map(({ name }) => name);
}

/** `; did you mean "turns"?`, or nothing where no name is close. */
export function didYouMean(wrong: string, names: Iterable<string>): string {
  const name = nearest(wrong, names);
  return name === undefined ? "" : `; did you mean ${JSON.stringify(name)}?`;
}

function editsTo(wanted: string, name: string): number {
  const whole = distance(wanted, name.slice(0, MAX_LENGTH));
  if (name.length <= wanted.length + 2) return whole;
  // A beginning that fits is worth less than a whole name that does.
  const beginning = distance(wanted, name.slice(0, wanted.length + 1)) + (name.startsWith(wanted) ? 0 : 0.5);
  return Math.min(whole, beginning, wanted.length > 2 && name.includes(wanted) ? 0.5 : whole);
}

function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (same ? 0 : 1),
          swapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(from.length, to.length);
}
