import {
  type ComparedValue,
  type CompareValuesAnswer,
  type compareValuesQuerySchema,
  completenessOf,
  type Gap,
} from "@llm-sim/api";
import { VariableMap } from "@llm-sim/events/naming";
import { readSummary } from "@llm-sim/events/run";
import { isSameJson } from "@llm-sim/events/state";
import type { Pace } from "../../pace/index.ts";
import type { Parsed } from "../../parsed.ts";
import { isStateRecorded } from "../recording/index.ts";
import { endOfTurn, lastTurn, now } from "../rows/index.ts";
import { stateAt } from "../state/index.ts";
import { differenceOf, relativeDistance, type Value } from "./apart.ts";
import type { Side } from "./configuration.ts";
import { valueInSummary } from "./summary-distance.ts";

/** Bytes of values on a page: then it ends early. */
const MAX_BYTES = 16 * 1024 * 1024;

interface SideValues extends Pick<CompareValuesAnswer["left"], "turn" | "from"> {
  values: { agent_id: string | undefined; variable: string; value: Value }[];
  gaps: Gap[];
}

/** The variables of two runs side by side at the end of a turn, or at the end of both. */
export async function valuesBeside(
  left: Side,
  right: Side,
  asked: Parsed<typeof compareValuesQuerySchema>,
  pace: Pace,
): Promise<CompareValuesAnswer> {
  const [one, other] = [await valuesAt(left, asked.turn, pace), await valuesAt(right, asked.turn, pace)];
  const isAsked = (agentId: string | undefined) =>
    asked.agent_id === undefined || (agentId ?? "") === asked.agent_id;
  const all = sideBySide(one, other).filter(({ agent_id }) => isAsked(agent_id));
  const differing = all.filter(({ left: a, right: b }) => !isSameJson(a, b));
  const matching = (asked.equal ? all : differing).sort(ORDERS[asked.order]);
  const values = withinBytes(matching.slice(asked.offset, asked.offset + asked.limit));
  const sideOf = ({ view }: Side, { turn, from }: SideValues) => ({ simulation_id: view.id, turn, from });
  return {
    left: sideOf(left, one),
    right: sideOf(right, other),
    values,
    total: matching.length,
    differing: differing.length,
    known: all.length,
    has_more: asked.offset + values.length < matching.length,
    ...completenessOf([...onSide("left", one.gaps), ...onSide("right", other.gaps)]),
  };
}

/** Of a run that does not come so far: at its end. */
async function valuesAt(
  { view, recording }: Side,
  turn: number | undefined,
  pace: Pace,
): Promise<SideValues> {
  const last = lastTurn(view.index);
  const at = turn === undefined || turn >= last ? undefined : turn;
  if (isStateRecorded(view, recording)) {
    const state = await stateAt(view, at === undefined ? now(view) : endOfTurn(view, at), recording, pace);
    const parts = [[undefined, state.global] as const, ...Object.entries(state.agents)];
    const values = parts.flatMap(([agent_id, variables]) =>
      Object.entries(variables).map(([variable, value]) => ({ agent_id, variable, value })),
    );
    return { turn: state.turn, from: "log", values, gaps: state.gaps };
  }
  const known = { turn: at ?? last, gaps: [notRecorded(view.id, recording.verbosity)] };
  const read = readSummary(recording.directory);
  if (read === undefined || "problem" in read) return { ...known, from: "none", values: [] };
  const values = read.summary.variables.map((summary) => ({
    agent_id: summary.agent_id,
    variable: summary.variable,
    value: valueInSummary(summary, at),
  }));
  return { ...known, from: "summary", values, gaps: [...known.gaps, ...leftOut(read.summary)] };
}

function notRecorded(id: string, verbosity: string | undefined): Gap {
  return {
    kind: "verbosity",
    message: `The log of ${id} has no state${verbosity === undefined ? "" : ` at ${verbosity}`}: its values are what summary.json keeps of turns' ends.`,
    needed_verbosity: "STATE",
  };
}

function leftOut({ variables_left_out: count = 0 }: { variables_left_out?: number | undefined }): Gap[] {
  if (count === 0) return [];
  return [{ kind: "partial", message: `summary.json leaves ${count} variables out for its size.` }];
}

function onSide(side: "left" | "right", gaps: readonly Gap[]): Gap[] {
  return gaps.map((gap) => ({ ...gap, message: `On the ${side}: ${gap.message}` }));
}

function sideBySide(left: SideValues, right: SideValues): ComparedValue[] {
  const both = new VariableMap<{
    agent_id: string | undefined;
    variable: string;
    left: Value;
    right: Value;
  }>();
  for (const { agent_id, variable, value } of left.values)
    both.set(agent_id, variable, { agent_id, variable, left: value, right: undefined });
  for (const { agent_id, variable, value } of right.values) {
    const known = both.get(agent_id, variable);
    both.set(agent_id, variable, { agent_id, variable, left: known?.left, right: value });
  }
  return [...both].map(([, { agent_id, variable, left: one, right: other }]) => {
    const difference = differenceOf(one, other);
    return {
      ...(agent_id === undefined ? {} : { agent_id }),
      variable,
      ...(one === undefined ? {} : { left: one }),
      ...(other === undefined ? {} : { right: other }),
      ...(difference === undefined ? {} : { difference }),
      relative: relativeDistance(one, other),
    };
  });
}

type Order = (a: ComparedValue, b: ComparedValue) => number;

const byName: Order = (a, b) =>
  compareTexts(a.agent_id ?? "", b.agent_id ?? "") || compareTexts(a.variable, b.variable);

/** What is no number has no size: what differs comes behind the numbers that do, before what is the same. */
const size = ({ difference, relative }: ComparedValue): number =>
  difference === undefined || difference === 0 ? relative - 2 : Math.abs(difference);

const ORDERS: Readonly<Record<"difference" | "relative" | "name", Order>> = {
  difference: (a, b) => size(b) - size(a) || byName(a, b),
  relative: (a, b) => b.relative - a.relative || size(b) - size(a) || byName(a, b),
  name: byName,
};

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function withinBytes(values: ComparedValue[]): ComparedValue[] {
  let bytes = 0;
  const end = values.findIndex(({ left, right }, place) => {
    bytes += sizeOf(left) + sizeOf(right);
    return place > 0 && bytes > MAX_BYTES;
  });
  return end === -1 ? values : values.slice(0, end);
}

function sizeOf(value: Value): number {
  return typeof value === "object" && value !== null ? JSON.stringify(value).length : String(value).length;
}
