import type {
  CompareAnswer,
  ContextLine,
  Difference,
  DifferenceGroup,
  FieldDifference,
  TurnDistance,
} from "@llm-sim/api";
import { leftText, rightText } from "@llm-sim/store/explain";
import { counted } from "../terminal/index.ts";
import { gapLines } from "./gap-lines.ts";
import { below, EMPTY, type Line, type LinePart, line, text, withIds } from "./line.ts";

/** Turns whose distance is shown. */
const MAX_TURNS = 10;
const MAX_LISTED = 5;
const MAX_GROUPS = 5;

/** What differs, as a good diff shows it: the place in its context, lines of the left with -, of the right with +. */
export function compareLines(answer: CompareAnswer): Line[] {
  return [
    line("left", sideText(answer.left)),
    line("right", sideText(answer.right)),
    ...answer.configuration.map(setupLine),
    EMPTY,
    text(answer.summary),
    ...divergenceLines(answer),
    ...groupLines(answer),
    ...distanceLines(answer.turns),
    ...gapLines(answer.gaps),
  ];
}

function divergenceLines({ divergence, differences, independent }: CompareAnswer): Line[] {
  if (divergence === undefined) return [];
  const { difference, left, right, cause, before, left_after, right_after } = divergence;
  return [
    EMPTY,
    line("place", `turn ${difference.key.turn} @@`),
    ...before.map((one) => below(...shown(one))),
    ...(left === undefined ? [] : [line("left", ...shown(left))]),
    ...(right === undefined ? [] : [line("right", ...shown(right))]),
    ...left_after.map((one) => line("left", ...shown(one))),
    ...right_after.map((one) => line("right", ...shown(one))),
    EMPTY,
    text(...sentenceOf(difference)),
    text(cause),
    text(followingText(differences)),
    ...independent.slice(0, MAX_LISTED).map((one) => below(...sentenceOf(one))),
    ...(independent.length > MAX_LISTED ? [below("and more with a cause of their own")] : []),
  ];
}

function followingText({ following, independent }: CompareAnswer["differences"]): string {
  const follow = following === 1 ? "difference follows" : "differences follow";
  return `${following} ${follow} from it, ${independent} ${independent === 1 ? "does" : "do"} not.`;
}

/** By agent and name, where there is more than one difference to count. */
function groupLines({ groups, groups_omitted }: CompareAnswer): Line[] {
  if (groups.length < 2 && (groups[0]?.total ?? 0) < 2) return [];
  const more = groups.length - MAX_GROUPS + groups_omitted;
  return [
    EMPTY,
    text("Where they differ most, by agent and name:"),
    ...groups.slice(0, MAX_GROUPS).map((group) => below(groupText(group))),
    ...(more > 0 ? [below(`and ${more} more: --json has them`)] : []),
  ];
}

function groupText({ agent_id, event_type, name, total, following, turn_start, turn_end }: DifferenceGroup) {
  const who = agent_id === undefined ? "" : `${agent_id} `;
  const turns = turn_start === turn_end ? `turn ${turn_start}` : `turns ${turn_start} to ${turn_end}`;
  const follow = following === 0 ? "" : `; ${following} ${following === 1 ? "follows" : "follow"} from it`;
  return `${who}${event_type} ${name}: ${total}, ${turns}${follow}`;
}

function sentenceOf({ sentence, left_event_id, right_event_id }: Difference): LinePart[] {
  return [sentence, ...withIds(left_event_id, right_event_id)];
}

function distanceLines(turns: readonly TurnDistance[]): Line[] {
  if (turns.length === 0) return [];
  const step = Math.max(1, Math.ceil(turns.length / MAX_TURNS));
  const chosen = turns.filter((_, place) => place % step === 0 || place === turns.length - 1);
  return [
    EMPTY,
    text("How far the states are apart at the end of turns:"),
    ...chosen.map((turn) => below(distanceText(turn))),
  ];
}

/** Of what is no number there is nothing to say but that it differs. */
function distanceText({ turn, differing, distance, variables }: TurnDistance): string {
  const by = (apart: number, before: string) => (apart === 0 ? "" : `${before}${rounded(apart)}`);
  const foremost = Object.entries(variables)
    .slice(0, 3)
    .map(([name, sum]) => `${name}${by(sum.distance, " ")}`);
  const which = foremost.length === 0 ? "" : ` (${foremost.join(", ")})`;
  const differ = differing === 1 ? "variable differs" : "variables differ";
  return `turn ${turn}: ${differing} ${differ}${by(distance, ", by ")}${which}`;
}

function sideText({ simulation_id, events, turns, verbosity }: CompareAnswer["left"]): string {
  return `${simulation_id}: ${counted(events, "event")}, ${counted(turns, "turn")}${verbosity === undefined ? "" : `, ${verbosity}`}`;
}

function setupLine(field: FieldDifference): Line {
  return below(`${field.path.slice(1).replaceAll("/", ".")}: ${leftText(field)} | ${rightText(field)}`);
}

function shown({ event_id, text: what }: ContextLine): LinePart[] {
  return [{ event_id }, `  ${what}`];
}

/** Six significant digits are enough to see how far apart things are. */
function rounded(value: number): string {
  return String(Number(value.toPrecision(6)));
}
