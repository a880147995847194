import { InvalidArgumentError } from "commander";
import { readWholeNumber } from "./whole-number.ts";

/** More are taken for a slip of the finger. */
const MOST = 100_000;

/** `1..100`, `7` or `1,2,5..9` */
export function seeds(text: string): number[] {
  const all = text.split(",").flatMap(stretch);
  if (new Set(all).size !== all.length) throw new InvalidArgumentError("A seed is named twice.");
  return all;
}

function stretch(text: string): number[] {
  const ends = text.split("..").map(readWholeNumber);
  const [from, to = ends.length === 1 ? from : undefined] = ends;
  if (from === undefined || to === undefined || ends.length > 2 || to < from) {
    throw new InvalidArgumentError("Expected seeds as in 1..100 or 1,2,5..9.");
  }
  if (to - from >= MOST) throw new InvalidArgumentError(`Expected at most ${MOST} seeds.`);
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}
