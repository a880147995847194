/** The one of `names` that is fewest edits (Levenshtein) from `wrong`, whatever the case; `undefined` where none is within a third of its length. */
export function nearest(wrong: string, names: Iterable<string>): string | undefined {
  // Nothing longer is a slip of the finger, and the comparison's cost is the product of the lengths.
  if (wrong.length > 100) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.ceil(wrong.length / 3)) + 1;
  for (const name of names) {
    const edits = distance(wrong.toLowerCase(), name.toLowerCase());
    if (edits >= least) continue;
    best = name;
    least = edits;
  }
  return best;
}

function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let index = 0; index < from.length; index++) {
    const letter = from[index];
    const next = [index + 1];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (to[column - 1] === letter ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
