// A name longer than this is no slip of the finger, and the comparison's cost is the product of the lengths.
const MAX_LENGTH = 200;

/** What is so many edits further off than the nearest is not meant. */
const FURTHER = 2;

/** The name closest to `wrong` by edit distance (Levenshtein, a swap of neighbours being one edit), where one is close. */
export function nearest(wrong: string, names: Iterable<string>): string | undefined {
  return nearestNames(wrong, names, 1)[0];
}

/**
 * The names that look most like `wrong`, best first: those that hold it, then those that are few edits away, be it in whole or by
 * their beginning (`markt` for `market-20261123-074500-1a2b`).
 *
 * @param atMost how many
 * @param spelled how a name is compared with `wrong`
 */
export function nearestNames(
  wrong: string,
  names: Iterable<string>,
  atMost: number,
  spelled: (name: string) => string = (name) => name,
): string[] {
  if (wrong.length > MAX_LENGTH) return [];
  const wanted = wrong.toLowerCase();
  const far = Math.ceil(wanted.length / 3);
  const near = [...names]
    .map((name) => ({ name, edits: editsTo(wanted, spelled(name).toLowerCase()) }))
    .filter(({ edits }) => edits <= far)
    .toSorted((left, right) => left.edits - right.edits);
  const best = near[0]?.edits ?? 0;
  return near
    .filter(({ edits }) => edits <= best + FURTHER)
    .slice(0, atMost)
    .map(({ name }) => name);
}

/** `; did you mean "turns"?`, or nothing where no name is close. */
export function didYouMean(wrong: string, names: Iterable<string>): string {
  const name = nearest(wrong, names);
  if (name === undefined) return "";
  // A name that has quotes already is written as it is to be typed.
  return `; did you mean ${name.includes('"') ? name : JSON.stringify(name)}?`;
}

/** It begins there, or a part of it does: `rate` in `interest_rate`, but not `art` in `market`. */
function holdsWord(name: string, wanted: string): boolean {
  if (wanted.length < 3) return false;
  const at = name.indexOf(wanted);
  return at === 0 || (at > 0 && (wanted.length > 3 || /[^\p{L}\p{N}]/u.test(name[at - 1] ?? "")));
}

function editsTo(wanted: string, name: string): number {
  const whole = editsBetween(wanted, name.slice(0, MAX_LENGTH));
  if (wanted.length < 2 || name.length <= wanted.length + 2) return whole;
  // A beginning that fits is worth less than a whole name that does.
  const beginning =
    editsBetween(wanted, name.slice(0, wanted.length + 1)) + (name.startsWith(wanted) ? 0 : 0.5);
  return Math.min(whole, beginning, holdsWord(name, wanted) ? 0.5 : whole);
}

/** Infinity where fewer than two thirds of the letters are the same: what is left is another name, however short. */
function editsBetween(wanted: string, name: string): number {
  let rest = name;
  let shared = 0;
  for (let at = 0; at < wanted.length; at++) {
    const found = rest.indexOf(wanted.charAt(at));
    if (found < 0) continue;
    shared++;
    rest = rest.slice(0, found) + rest.slice(found + 1);
  }
  return shared * 3 < wanted.length * 2 ? Number.POSITIVE_INFINITY : distance(wanted, name);
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
