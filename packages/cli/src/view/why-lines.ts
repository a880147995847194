import {
  type Cost,
  type EffectsAnswer,
  type Gap,
  type HistoryAnswer,
  MAX_EFFECTS_DEPTH,
  MAX_WHY_DEPTH,
  type Step,
  type WhyAnswer,
  type WidestAnswer,
} from "@llm-sim/api";
import { courseText, usdText, valueText } from "@llm-sim/events/words";
import { fewGaps } from "@llm-sim/store/explain";
import { counted, formatCount } from "../terminal/index.ts";
import { gapLines } from "./gap-lines.ts";
import { ledgerLines } from "./ledger-lines.ts";
import { below, EMPTY, type Line, numbered, text, withIds } from "./line.ts";

/** Of one kind, where an answer is shown. */
const MAX_GAPS = 2;
/** What a screen holds. */
const MAX_LINES = 25;
/** Entries of a ledger, however long the chain is; and where there are refusals beside it. */
const LEAST_OF_LEDGER = 6;
const LEAST_BESIDE_REFUSED = 3;

/**
 * The answer as lines: summary, numbered sentences, ledger, and whether that is all. Where a chain is no longer
 * than was asked for, all of it is a screenful: the smallest entries of a ledger are told of together then.
 */
export function whyLines(answer: WhyAnswer): Line[] {
  const chain = [text(answer.summary), EMPTY, ...stepLines(answer.steps)];
  const end = [
    EMPTY,
    ...completenessLines(answer.complete, answer.gaps),
    ...moreLines(answer, "back", MAX_WHY_DEPTH),
  ];
  const { ledger, refused, agent_id, cost } = answer;
  const room =
    MAX_LINES - chain.length - end.length - (ledger === undefined ? 0 : 3) - (cost === undefined ? 0 : 2);
  const least = refused.length === 0 ? LEAST_OF_LEDGER : LEAST_BESIDE_REFUSED;
  const refusals = refusedLines(refused, room - Math.max(least, ledger?.entries.length ?? 0));
  return [
    ...chain,
    ...(ledger === undefined
      ? []
      : [EMPTY, ...ledgerLines(ledger, Math.max(least, room - refusals.length), agent_id)]),
    ...refusals,
    ...(cost === undefined ? [] : [EMPTY, text(costSentence(cost))]),
    ...end,
  ];
}

/** `The 2 model calls behind it: 240 tokens, $0.0008.` */
function costSentence({ calls, tokens, usd, unpriced }: Cost): string {
  const whose = calls === 1 ? "The model call" : `The ${formatCount(calls)} model calls`;
  const money = unpriced === calls || tokens === 0 ? "" : `, ${usdText(usd)}`;
  const unknown =
    unpriced === 0
      ? ""
      : `; ${unpriced === calls ? "" : `of ${formatCount(unpriced)} `}the price is not known`;
  return `${whose} behind it: ${counted(tokens, "token")}${money}${unknown}.`;
}

/** @param room in lines; the latest refusal is told where there is none, too */
function refusedLines(refused: WhyAnswer["refused"], room: number): Line[] {
  const [latest] = refused;
  if (latest === undefined) return [];
  if (refused.length + 2 <= room)
    return [
      EMPTY,
      text("Refused meanwhile:"),
      ...refused.map(({ sentence, event_id }) => below(sentence, ...withIds(event_id))),
    ];
  const times = refused.length === 1 ? "once" : `${refused.length} times, the latest`;
  return [EMPTY, text(`Refused meanwhile, ${times}: ${latest.sentence}`, ...withIds(latest.event_id))];
}

export function effectsLines(answer: EffectsAnswer): Line[] {
  return [
    text(answer.summary),
    EMPTY,
    ...stepLines(answer.steps),
    EMPTY,
    ...completenessLines(answer.complete, answer.gaps),
    ...moreLines(answer, "on", MAX_EFFECTS_DEPTH),
  ];
}

/** A greater depth is advised only where there is one, and where it was the depth that ended the answer. */
function moreLines(
  { truncated, truncated_by, depth }: Pick<WhyAnswer, "truncated" | "truncated_by" | "depth">,
  where: "back" | "on",
  most: number,
): Line[] {
  if (!truncated) return [];
  const goOn = `ask for the ${where === "back" ? "earliest" : "latest"} of these events to go on from there`;
  if (truncated_by === "size") return [text(`There is more than one answer holds; ${goOn}.`)];
  if (depth >= most) return [text(`There is more further ${where} than ${most} steps, the most; ${goOn}.`)];
  return [text(`There is more further ${where}; a depth greater than ${depth} shows it.`)];
}

export function widestLines(answer: WidestAnswer): Line[] {
  const until = answer.horizon === 0 ? "in their own turn" : `up to ${answer.horizon} turns later`;
  return [
    text(`Of ${answer.total} decisions, those that most follows from ${until}:`),
    EMPTY,
    ...stepLines(answer.decisions),
    ...(answer.truncated
      ? [EMPTY, text("Turns were so long that not all of their effects were counted.")]
      : []),
    ...(answer.gaps.length === 0 ? [] : [EMPTY, ...gapLines(answer.gaps)]),
  ];
}

/** One line for each write: turn, from, to, by what. */
export function historyLines(answer: HistoryAnswer): Line[] {
  const lines = answer.writes.map(({ turn, event_id, old_value, new_value, change, cause }) => {
    const course = courseText({ old_value, new_value, change }, (value) => valueText(value));
    const by = cause === undefined ? "" : `  (${cause.label})`;
    return text(`turn ${turn}  ${course}${by} `, ...withIds(event_id));
  });
  return [...lines, ...gapLines(answer.gaps)];
}

function completenessLines(complete: boolean, gaps: readonly Gap[]): Line[] {
  if (complete) return [text("Complete: no loss and no verbosity breaks the chain.")];
  return gapLines(fewGaps(gaps, MAX_GAPS));
}

function stepLines(steps: readonly Pick<Step, "sentence" | "event_id">[]): Line[] {
  return numbered(steps.map(({ sentence, event_id }) => [sentence, ...withIds(event_id)]));
}
