import type { StateAnswer } from "@llm-sim/api";
import { formatCount } from "../format/index.ts";

/** Of which moment a state is: the end of a turn, within one, or as far as a turn under way has come. */
export function momentWords(
  { turn, turn_ended: ended }: Pick<StateAnswer, "turn" | "turn_ended">,
  { atEvent, isUnderWay }: { atEvent: boolean; isUnderWay: boolean },
): string {
  const number = formatCount(turn);
  if (ended === true) return `end of turn ${number}`;
  if (atEvent) return `within turn ${number}`;
  if (isUnderWay) return `so far in turn ${number}`;
  // A log without ends of turns tells nothing of them.
  return ended === undefined ? `end of turn ${number}` : `turn ${number}, cut short`;
}
