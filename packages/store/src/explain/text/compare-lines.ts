import type { CompareAnswer, ContextLine, FieldDifference, TurnDistance } from "@llm-sim/api";
import { leftText, rightText } from "../compare/index.ts";
import { plural } from "../why/index.ts";
import { gapLines } from "./why-lines.ts";

/** Turns whose distance is shown. */
const MAX_TURNS = 10;
const MAX_LISTED = 5;

/** What differs, as a good diff shows it: the place in its context, lines of the left with -, of the right with +. */
export function compareLines(answer: CompareAnswer): string[] {
  return [
    `- ${sideText(answer.left)}`,
    `+ ${sideText(answer.right)}`,
    ...answer.configuration.map(setupLine),
    "",
    answer.summary,
    ...divergenceLines(answer),
    ...distanceLines(answer.turns),
    ...gapLines(answer.gaps),
  ];
}

function divergenceLines({ divergence, differences, independent }: CompareAnswer): string[] {
  if (divergence === undefined) return [];
  const { difference, left, right, cause, before, left_after, right_after } = divergence;
  return [
    "",
    `@@ turn ${difference.key.turn} @@`,
    ...before.map((line) => `  ${shown(line)}`),
    ...(left === undefined ? [] : [`- ${shown(left)}`]),
    ...(right === undefined ? [] : [`+ ${shown(right)}`]),
    ...left_after.map((line) => `- ${shown(line)}`),
    ...right_after.map((line) => `+ ${shown(line)}`),
    "",
    difference.sentence,
    cause,
    `${differences.following} differences follow from it, ${differences.independent} do not.`,
    ...independent.slice(0, MAX_LISTED).map(({ sentence }) => `  ${sentence}`),
    ...(independent.length > MAX_LISTED ? ["  and more with a cause of their own"] : []),
  ];
}

function distanceLines(turns: readonly TurnDistance[]): string[] {
  if (turns.length === 0) return [];
  const step = Math.max(1, Math.ceil(turns.length / MAX_TURNS));
  const chosen = turns.filter((_, place) => place % step === 0 || place === turns.length - 1);
  return [
    "",
    "How far the states are apart at the end of turns:",
    ...chosen.map(({ turn, differing, distance, variables }) => {
      const foremost = Object.entries(variables)
        .slice(0, 3)
        .map(([name, sum]) => `${name} ${rounded(sum.distance)}`);
      return `  turn ${turn}: ${differing} variables differ, by ${rounded(distance)}${foremost.length === 0 ? "" : ` (${foremost.join(", ")})`}`;
    }),
  ];
}

function sideText({ simulation_id, events, turns, verbosity }: CompareAnswer["left"]): string {
  return `${simulation_id}: ${plural(events, "event")}, ${plural(turns, "turn")}${verbosity === undefined ? "" : `, ${verbosity}`}`;
}

function setupLine(field: FieldDifference): string {
  return `  ${field.path.slice(1).replaceAll("/", ".")}: ${leftText(field)} | ${rightText(field)}`;
}

function shown({ event_id, text }: ContextLine): string {
  return `${event_id}  ${text}`;
}

/** Six significant digits are enough to see how far apart things are. */
function rounded(value: number): string {
  return String(Number(value.toPrecision(6)));
}
