import type {
  EffectsAnswer,
  Gap,
  HistoryAnswer,
  Ledger,
  LedgerEntry,
  Step,
  WhyAnswer,
  WidestAnswer,
} from "../answers/index.ts";
import { MAX_EFFECTS_DEPTH, MAX_WHY_DEPTH } from "../answers/index.ts";
import { isHole } from "../certainty/index.ts";
import { valueText } from "../why/index.ts";

/** The answer as lines of plain text: summary, numbered sentences, ledger, and whether that is all. */
export function whyLines(answer: WhyAnswer): string[] {
  return [
    answer.summary,
    "",
    ...stepLines(answer.steps),
    ...(answer.ledger === undefined ? [] : ["", ...ledgerLines(answer.ledger)]),
    ...(answer.refused.length === 0
      ? []
      : ["", "Refused meanwhile:", ...answer.refused.map(({ sentence }) => `  ${sentence}`)]),
    "",
    ...completenessLines(answer.complete, answer.gaps),
    ...moreLines(answer, "back", MAX_WHY_DEPTH),
  ];
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
    const course =
      change === "added"
        ? `= ${valueText(new_value)}`
        : change === "removed"
          ? `removed, was ${valueText(old_value)}`
          : `${valueText(old_value)} → ${valueText(new_value)}`;
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
  return complete ? ["Complete: no loss and no verbosity breaks the chain."] : gapLines(gaps);
}

function stepLines(steps: readonly Step[]): string[] {
  return numbered(steps.map(({ sentence }) => sentence));
}

function numbered(sentences: readonly string[]): string[] {
  const width = String(sentences.length).length;
  return sentences.map((sentence, place) => `${String(place + 1).padStart(width)}. ${sentence}`);
}

function ledgerLines({ from, to, change, entries }: Ledger): string[] {
  const rows = [
    ...entries.map((entry) => ({ amount: entry.amount, text: `${entry.label}${timesText(entry)}` })),
    { amount: change, text: "together" },
  ];
  const width = Math.max(...rows.map(({ amount }) => amount.length));
  return [
    `From ${from.value} (turn ${from.turn}) to ${to.value} (turn ${to.turn}):`,
    ...rows.map(({ amount, text }) => `  ${amount.padStart(width)}  ${text}`),
  ];
}

function timesText({ count, turn_start, turn_end, every_turn }: LedgerEntry): string {
  if (turn_start === turn_end) return `, ${count === 1 ? "" : `${count} times `}in turn ${turn_end}`;
  if (every_turn && count === turn_end - turn_start + 1)
    return `, ${count} turns in a row (${turn_start} to ${turn_end})`;
  return `, ${count} times in turns ${turn_start} to ${turn_end}`;
}
