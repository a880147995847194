import type { EffectsAnswer, Gap, HistoryAnswer, Step, WhyAnswer, WidestAnswer } from "@llm-sim/api";
import { MAX_EFFECTS_DEPTH, MAX_WHY_DEPTH } from "@llm-sim/api";
import { courseText, valueText } from "@llm-sim/events/words";
import { fewGaps, isHole } from "../certainty/index.ts";
import { ledgerLines } from "./ledger-lines.ts";

/** Of one kind, where an answer is told. */
const MAX_GAPS = 2;
/** What a screen holds. */
const MAX_LINES = 25;
/** Entries of a ledger, however long the chain is; and where there are refusals to be told of, too. */
const LEAST_OF_LEDGER = 6;
const LEAST_BESIDE_REFUSED = 3;

/**
 * The answer as lines of plain text: summary, numbered sentences, ledger, and whether that is all. Where a chain is no longer
 * than was asked for, all of it is a screenful: the smallest entries of a ledger are told of together then.
 */
export function whyLines(answer: WhyAnswer): string[] {
  const chain = [answer.summary, "", ...stepLines(answer.steps)];
  const end = [
    "",
    ...completenessLines(answer.complete, answer.gaps),
    ...moreLines(answer, "back", MAX_WHY_DEPTH),
  ];
  const { ledger, refused, agent_id } = answer;
  const room = MAX_LINES - chain.length - end.length - (ledger === undefined ? 0 : 3);
  const least = refused.length === 0 ? LEAST_OF_LEDGER : LEAST_BESIDE_REFUSED;
  const told = refusedLines(refused, room - Math.max(least, ledger?.entries.length ?? 0));
  return [
    ...chain,
    ...(ledger === undefined
      ? []
      : ["", ...ledgerLines(ledger, Math.max(least, room - told.length), agent_id)]),
    ...told,
    ...end,
  ];
}

/** @param room in lines; the latest refusal is told where there is none, too */
function refusedLines(refused: WhyAnswer["refused"], room: number): string[] {
  const [latest] = refused;
  if (latest === undefined) return [];
  if (refused.length + 2 <= room)
    return ["", "Refused meanwhile:", ...refused.map(({ sentence }) => `  ${sentence}`)];
  const times = refused.length === 1 ? "once" : `${refused.length} times, the latest`;
  return ["", `Refused meanwhile, ${times}: ${latest.sentence}`];
}

export function effectsLines(answer: EffectsAnswer): string[] {
  return [
    answer.summary,
    "",
    ...stepLines(answer.steps),
    "",
    ...completenessLines(answer.complete, answer.gaps),
    ...moreLines(answer, "on", MAX_EFFECTS_DEPTH),
  ];
}

/** A greater depth is advised only where there is one, and where it was the depth that ended the answer. */
function moreLines(
  { truncated, truncated_by, depth }: Pick<WhyAnswer, "truncated" | "truncated_by" | "depth">,
  where: "back" | "on",
  most: number,
): string[] {
  if (!truncated) return [];
  const goOn = `ask for the ${where === "back" ? "earliest" : "latest"} of these events to go on from there`;
  if (truncated_by === "size") return [`There is more than one answer holds; ${goOn}.`];
  if (depth >= most) return [`There is more further ${where} than ${most} steps, the most; ${goOn}.`];
  return [`There is more further ${where}; a depth greater than ${depth} shows it.`];
}

export function widestLines(answer: WidestAnswer): string[] {
  const until = answer.horizon === 0 ? "in their own turn" : `up to ${answer.horizon} turns later`;
  return [
    `Of ${answer.total} decisions, those that most follows from ${until}:`,
    "",
    ...numbered(answer.decisions.map(({ sentence }) => sentence)),
    ...(answer.truncated ? ["", "Turns were so long that not all of their effects were counted."] : []),
    ...(answer.gaps.length === 0 ? [] : ["", ...gapLines(answer.gaps)]),
  ];
}

/** One line for each write: turn, from, to, by what. */
export function historyLines(answer: HistoryAnswer): string[] {
  const lines = answer.writes.map(({ turn, event_id, old_value, new_value, change, cause }) => {
    const course = courseText({ old_value, new_value, change }, (value) => valueText(value));
    return `turn ${turn}  ${course}${cause === undefined ? "" : `  (${cause.label})`}  [${event_id}]`;
  });
  return [...lines, ...gapLines(answer.gaps)];
}

/** A line for each reason why an answer may not be the whole truth. */
export function gapLines(gaps: readonly Gap[]): string[] {
  return gaps.map((gap) => (isHole(gap) ? `! ${gap.message}` : `As recorded: ${gap.message}`));
}

/** The same in one line, the first reason in full; `undefined` where there is none. */
export function gapsLine(gaps: readonly Gap[]): string | undefined {
  const [first] = gapLines(gaps.toSorted((a, b) => Number(isHole(b)) - Number(isHole(a))));
  const more = gaps.length - 1;
  if (first === undefined || more === 0) return first;
  return `${first} (And for ${more === 1 ? "1 more reason" : `${more} more reasons`} this may not be all.)`;
}

function completenessLines(complete: boolean, gaps: readonly Gap[]): string[] {
  if (complete) return ["Complete: no loss and no verbosity breaks the chain."];
  return gapLines(fewGaps(gaps, MAX_GAPS));
}

function stepLines(steps: readonly Step[]): string[] {
  return numbered(steps.map(({ sentence }) => sentence));
}

function numbered(sentences: readonly string[]): string[] {
  const width = String(sentences.length).length;
  return sentences.map((sentence, place) => `${String(place + 1).padStart(width)}. ${sentence}`);
}
