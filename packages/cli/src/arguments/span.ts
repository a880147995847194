import { InvalidArgumentError } from "commander";
import { readWholeNumber } from "./whole-number.ts";

/** A stretch of turns; an end that is left out is open. */
export interface TurnSpan {
  first?: number;
  last?: number;
}

/** `5..10`, `5..`, `..10` or `5` */
export function turnSpan(text: string): TurnSpan {
  const [from, to, ...rest] = text.split("..");
  const first = endOf(from);
  const last = to === undefined ? first : endOf(to);
  if (rest.length > 0 || first === "wrong" || last === "wrong" || (from === "" && !to)) {
    throw new InvalidArgumentError("Expected turns as in 5..10, 5.., ..10 or 5.");
  }
  if (first !== undefined && last !== undefined && first > last) {
    throw new InvalidArgumentError(
      `They end before they begin: expected turns as in 5..10, or ${last}..${first}.`,
    );
  }
  return { ...(first !== undefined && { first }), ...(last !== undefined && { last }) };
}

function endOf(text: string | undefined): number | undefined | "wrong" {
  if (!text) return undefined;
  const turn = readWholeNumber(text);
  return turn === undefined || turn < 0 ? "wrong" : turn;
}
