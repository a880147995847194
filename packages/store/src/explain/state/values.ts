import {
  completenessOf,
  MAX_VALUE_TEXT,
  type ValueAtTurn,
  type ValuesAnswer,
  type valuesQuerySchema,
} from "@llm-sim/api";
import { anyonesText, type VariableId, variableText } from "@llm-sim/events/naming";
import { isBeyondDouble } from "@llm-sim/events/read";
import type { JsonValue } from "@llm-sim/events/schema";
import type * as z from "zod";
import type { Pace } from "../../pace/index.ts";
import { requireOrder } from "../../query/index.ts";
import type { RunView } from "../../reader/index.ts";
import type { RunIndex } from "../../run-index/index.ts";
import { gapsOf, WriteCheck } from "../certainty/index.ts";
import type { Recording } from "../recording/index.ts";
import { batchesOf, eventsToTurn, now } from "../rows/index.ts";
import { lossyWrite, writtenValue } from "./fold.ts";
import { isWhole } from "./state-at.ts";
import { findVariables, type Variable } from "./variable.ts";

type Point = ValuesAnswer["series"][number]["points"][number];

/** What variables were at the ends of turns, one entry a variable. */
export interface ValuesTold {
  variables: readonly VariableId[];
  turn_start: number;
  turn_end: number;
  every: number;
  /** Of each variable the value that it has since an end, in their order; without one where it is gone by then. */
  points: readonly (readonly ValuePoint[])[];
}

export interface ValuePoint {
  turn: number;
  value: JsonValue | undefined;
}

/**
 * The values of variables at the ends of turns. Only the last write before each end that is told is read; where these would be
 * more than `limit`, fewer ends are told.
 */
export async function valuesByTurn(
  view: RunView,
  query: z.output<typeof valuesQuerySchema>,
  recording: Recording,
  pace: Pace,
): Promise<ValuesAnswer> {
  requireOrder(query, "turn_start", "turn_end");
  const { index } = view;
  const variables = findVariables(view, query.variable);
  const end = now(view);
  const last = Math.min(query.turn_end ?? end.turn, end.turn);
  const first = Math.min(query.turn_start ?? 0, last);
  const ends = new TurnEnds(index);
  let every = 1;
  let told = await writesTold(variables, ends, { first, last, every }, pace);
  while (told.count > query.limit && every <= last - first) {
    every *= 2;
    told = await writesTold(variables, ends, { first, last, every }, pace);
  }
  const checks = new WriteCheck();
  const values = await valuesAt(view, told.rows, checks, pace);
  const found = {
    variables: variables.map(({ agent_id, name }) => ({ agent_id, variable_name: name })),
    turn_start: first,
    turn_end: last,
    every,
    points: told.points.map((points) => points.map(({ turn, row }) => ({ turn, value: values.get(row) }))),
  };
  return toldValues(view, found, recording, checks);
}

/** As an answer. */
export function toldValues(
  view: RunView,
  { variables, turn_start, turn_end: last, every, points: told }: ValuesTold,
  recording: Recording,
  checks: WriteCheck,
): ValuesAnswer {
  const { index } = view;
  const end = now(view);
  const series = variables.map(({ agent_id }, at) => ({
    ...(agent_id === undefined ? {} : { agent_id }),
    points: changesOf(told[at] ?? []),
  }));
  const [one] = variables;
  const gaps = gapsOf(
    { view, recording },
    {
      claim: "values",
      from: 0,
      until: last >= end.turn ? end : { turn: last, events: eventsToTurn(index, last), end: "turn" },
      kinds: ["STATE"],
      writes: checks,
      isPartial: !isWhole(view),
    },
  );
  return {
    simulation_id: view.id,
    variable:
      variables.length === 1 && one !== undefined
        ? variableText(one, view.agents)
        : anyonesText(one?.variable_name ?? ""),
    turn_start,
    turn_end: last,
    every,
    series: series.filter(({ points }) => points.length > 0),
    ...completenessOf(gaps),
  };
}

/** Where turns end among the events: a turn ends behind the last event of it, or of one before it. */
class TurnEnds {
  readonly #turns: Float64Array;
  readonly #places: Float64Array;

  constructor({ order }: RunIndex) {
    const ends = [...order.turnEnds()];
    this.#turns = Float64Array.from(ends, ({ turn }) => turn);
    this.#places = Float64Array.from(ends, ({ events }) => events);
  }

  /** The first turn at whose end an event has happened. */
  turnOf(row: number): number {
    let [low, high] = [0, this.#places.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#places[middle] ?? 0) <= row) low = middle + 1;
      else high = middle;
    }
    return this.#turns[low] ?? 0;
  }
}

interface Told {
  first: number;
  last: number;
  every: number;
}

/** The last write before each end that is told, by variable. */
async function writesTold(
  variables: readonly Variable[],
  ends: TurnEnds,
  { first, last, every }: Told,
  pace: Pace,
): Promise<{ count: number; rows: number[]; points: { turn: number; row: number }[][] }> {
  const rows: number[] = [];
  const points: { turn: number; row: number }[][] = [];
  for (const { writes } of variables) {
    const own: { turn: number; row: number }[] = [];
    writes.each(0, writes.length, (row) => {
      const turn = ends.turnOf(row);
      if (turn > last) return;
      const at = Math.min(last, first + Math.ceil(Math.max(0, turn - first) / every) * every);
      const before = own.at(-1);
      if (before?.turn === at) before.row = row;
      else own.push({ turn: at, row });
    });
    for (const { row } of own) rows.push(row);
    points.push(own);
    await pace.yieldIfDue();
  }
  return { count: rows.length, rows, points };
}

/** What these writes made of their variables, by row; nothing of one that took its variable away. */
async function valuesAt(
  view: RunView,
  rows: readonly number[],
  checks: WriteCheck,
  pace: Pace,
): Promise<Map<number, JsonValue>> {
  const values = new Map<number, JsonValue>();
  for (const batch of batchesOf(
    view.index,
    rows.toSorted((a, b) => a - b),
  )) {
    for (const [place, line] of view.lines(batch).entries()) {
      const row = batch[place] ?? -1;
      const lossy = lossyWrite(view, row, line);
      if (lossy !== undefined)
        checks.stands({ ...lossy, turn: lossy.turn_number, new_value: lossy.new_value });
      const value = inDouble(view, row, writtenValue(view, row, line));
      if (value !== undefined) values.set(row, plain(value));
    }
    await pace.yieldIfDue();
  }
  return values;
}

/** Of a number beyond a double, which is told by its digits, the nearest. */
function inDouble(view: RunView, row: number, value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== "string" || !/^-?\d/.test(value) || !isBeyondDouble(value)) return value;
  const [event] = view.eventsInDoubles([row]);
  return event?.event_type === "STATE" ? event.new_value : value;
}

function plain(value: JsonValue): ValueAtTurn {
  if (value === null || typeof value === "number" || typeof value === "boolean") return value;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.slice(0, MAX_VALUE_TEXT);
}

/** Where the value is another than at the end before. */
function changesOf(points: readonly ValuePoint[]): Point[] {
  const changes: Point[] = [];
  let before: ValueAtTurn | undefined;
  for (const { turn, value: whole } of points) {
    const value = whole === undefined ? undefined : plain(whole);
    if (value === before) continue;
    before = value;
    changes.push(value === undefined ? [turn] : [turn, value]);
  }
  return changes;
}
