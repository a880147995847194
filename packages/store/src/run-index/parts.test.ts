import { parseEventLineInDoubles } from "@llm-sim/events/read";
import { EVENT_TYPES, nanosecondsIn } from "@llm-sim/events/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyLog, START } from "../testing/any-log.ts";
import { EventFields, fieldsOf, Names, NO_AGENT, NO_VARIABLE } from "./event-fields.ts";
import { type IntakeState, LineIntake } from "./line-intake.ts";
import type { PostingList } from "./posting-list.ts";
import { RunIndex } from "./run-index.ts";
import { restoreIndex, saveIndex } from "./saved-index.ts";
import { scannedRows } from "./scanned-rows.ts";
import { formatUlid, ULID_WORDS } from "./ulid.ts";

/** What an index is to know of an event, in plain words. */
interface Told {
  id: string;
  time: number;
  nanoseconds: number;
  turn: number;
  kind: number;
  agent: string;
  involved: string[];
  variable: string | undefined;
  causes: string[];
  address: number;
  needsUpcast: boolean;
}

/** The events of lines, without an index: of those with the same id the first. */
function toldBy(lines: readonly string[]): Told[] {
  const names = new Names();
  const fields = new EventFields();
  const told = new Map<string, Told>();
  let address = 0;
  for (const line of lines) {
    const parsed = parseEventLineInDoubles(Buffer.from(line));
    if (parsed.ok && fieldsOf(parsed.event, names, fields)) {
      const nameOf = (agent: number): string => names.agents.name(agent) ?? "?";
      const id = formatUlid(fields.id, 0);
      const needsUpcast = parsed.dialect !== "native";
      const one: Told = {
        id,
        time: fields.time,
        nanoseconds: needsUpcast ? nanosecondsIn(JSON.parse(line).timestamp) : 0,
        turn: fields.turn,
        kind: fields.kind,
        agent: nameOf(fields.agent),
        involved: [...fields.involved.view()].map(nameOf),
        variable: fields.variable === NO_VARIABLE ? undefined : names.variables.name(fields.variable),
        causes: Array.from({ length: fields.causeCount }, (_, at) =>
          formatUlid(fields.causes, at * ULID_WORDS),
        ),
        address,
        needsUpcast,
      };
      if (!told.has(id)) told.set(id, one);
    }
    address += Buffer.byteLength(line) + 1;
  }
  return [...told.values()];
}

function listed(list: PostingList): number[] {
  const rows: number[] = [];
  list.each(0, list.length, (row) => rows.push(row));
  expect(Array.from({ length: list.length }, (_, at) => list.at(at))).toEqual(rows);
  expect([list.at(-1), list.at(list.length)]).toEqual([-1, -1]);
  return rows;
}

/** Holds the index to the events, in the order of its rows. */
function expectToKnow(index: RunIndex, events: readonly Told[]): void {
  const { columns, names, edges, order, states } = index;
  const all = [...events.entries()];
  const rowsOf = (is: (event: Told) => boolean): number[] =>
    all.flatMap(([row, one]) => (is(one) ? row : []));
  const rowOf = new Map(all.map(([row, { id }]) => [id, row]));
  expect(index.rows).toBe(events.length);
  for (const [row, event] of all) {
    expect({
      id: index.idOf(row),
      time: columns.time(row),
      nanoseconds: columns.nanoseconds(row),
      turn: columns.turn(row),
      kind: columns.kind(row),
      agent: names.agents.name(columns.agent(row)),
      address: columns.address(row),
      needsUpcast: columns.needsUpcast(row),
      causes: edges.causesOf(row),
      effects: [...edges.effectsOf(row)],
      found: index.find(event.id),
    }).toEqual({
      id: event.id,
      time: event.time,
      nanoseconds: event.nanoseconds,
      turn: event.turn,
      kind: event.kind,
      agent: event.agent,
      address: event.address,
      needsUpcast: event.needsUpcast,
      causes: event.causes.map((id) => rowOf.get(id) ?? id),
      effects: rowsOf(({ causes }) => causes.includes(event.id)),
      found: row,
    });
  }
  for (const id of new Set(events.flatMap(({ causes }) => causes))) {
    if (rowOf.has(id)) continue;
    expect(index.find(id)).toBe(-1);
    expect(edges.effectsOfMissing(id)).toEqual(rowsOf(({ causes }) => causes.includes(id)));
  }
  expect([columns.turn(-1), columns.kind(events.length), edges.causesOf(events.length)]).toEqual([0, 0, []]);

  for (let kind = 0; kind < EVENT_TYPES.length; kind++) {
    const ofKind = rowsOf((event) => event.kind === kind);
    expect(listed(index.rowsOf(NO_AGENT, kind))).toEqual(ofKind);
    expect(index.countOf(kind)).toBe(ofKind.length);
    const list = index.rowsOf(NO_AGENT, kind);
    for (let row = 0; row <= events.length; row++) {
      const rank = ofKind.filter((other) => other < row).length;
      expect(list.rank(row)).toBe(rank);
      const [from, to] = [row % (list.length + 1), list.length];
      expect(list.rank(row, from, to)).toBe(Math.max(from, rank));
    }
    for (const [code, name] of names.agents.names.entries()) {
      if (code === NO_AGENT) continue;
      const is = (event: Told): boolean => event.kind === kind && event.agent === name;
      expect(listed(index.rowsOf(code, kind))).toEqual(rowsOf(is));
      expect(listed(index.rowsInvolving(code, kind))).toEqual(
        rowsOf((event) => event.kind === kind && event.involved.includes(name)),
      );
    }
  }
  expect(index.agentCount).toBe(new Set(events.flatMap(({ agent }) => agent || [])).size);
  const written = events.filter(({ variable }) => variable !== undefined);
  const variables = new Set(written.map(({ agent, variable }) => `${agent} ${variable}`));
  expect(states.variables).toHaveLength(variables.size);
  for (const { agent, variable } of states.variables) {
    const [agentName, name] = [names.agents.name(agent), names.variables.name(variable)];
    expect(listed(states.writesOf(agent, variable))).toEqual(
      rowsOf((event) => event.agent === agentName && event.variable === name),
    );
  }

  const turns = events.map(({ turn }) => turn);
  const isSorted = (values: readonly number[]): boolean =>
    values.every((value, at) => at === 0 || value >= (values[at - 1] ?? 0));
  const ranks = events.map(({ time, nanoseconds }) => (time - START) * 1000 + nanoseconds);
  expect(order.ascending).toBe(isSorted(ranks));
  expect(order.turnsAscend).toBe(isSorted(turns));
  expect(order.lastTurn).toBe(Math.max(0, ...turns));
  for (const turn of new Set([0, ...turns, ...turns.map((one) => one + 1)])) {
    expect(order.eventsToTurn(turn)).toBe(turns.findLastIndex((other) => other <= turn) + 1);
    if (!order.turnsAscend) continue;
    expect(order.rowOfTurn(turn)).toBe(turns.filter((other) => other < turn).length);
  }
  const ends = [...new Set(turns)]
    .toSorted((a, b) => a - b)
    .map((turn) => ({ turn, events: turns.findLastIndex((other) => other <= turn) + 1 }));
  expect([...order.turnEnds()]).toEqual(ends);
  expect([...order.turnChanges()]).toEqual(
    turns.flatMap((turn, row) => (turn === turns[row - 1] ? [] : row)),
  );
  if (order.ascending) {
    for (const { time, nanoseconds } of events) {
      const rank = (time - START) * 1000 + nanoseconds;
      expect(order.rowOfTime(time, nanoseconds)).toBe(ranks.filter((other) => other < rank).length);
      expect(order.rowOfTime(time + 1)).toBe(
        ranks.filter((other) => other < (time + 1 - START) * 1000).length,
      );
    }
  }
}

function byTime(events: readonly Told[]): Told[] {
  return events.toSorted((a, b) => a.time - b.time || a.nanoseconds - b.nanoseconds);
}

const HOW = ["row by row", "as a part"] as const;
const NEXT = ["go on", "ask", "ask in order", "save and load", "trim"] as const;
const anySteps = fc.array(
  fc.record({
    lines: fc.integer({ min: 1, max: 30 }),
    how: fc.constantFrom(...HOW),
    next: fc.constantFrom(...NEXT),
  }),
  { maxLength: 8 },
);

/** Takes lines into an index of small parts as the steps say, and holds it to them. */
class Taking {
  readonly #partRows: number;
  readonly #lines: readonly string[];
  #index: RunIndex;
  #state = stateAt(0);
  #at = 0;

  constructor(lines: readonly string[], partRows: number) {
    this.#lines = lines;
    this.#partRows = partRows;
    this.#index = new RunIndex({ partRows });
  }

  get index(): RunIndex {
    return this.#index;
  }

  take(count: number, how: (typeof HOW)[number]): void {
    const lines = this.#lines.slice(this.#at, this.#at + count);
    this.#at += lines.length;
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
    if (how === "as a part" && this.#takePart(bytes)) return;
    new LineIntake(this.#index).takeAll(this.#state, bytes);
  }

  afterwards(step: (typeof NEXT)[number]): void {
    const told = toldBy(this.#lines.slice(0, this.#at));
    switch (step) {
      case "ask":
        expectToKnow(this.#index, told);
        break;
      case "ask in order":
        expectToKnow(this.#index.inOrder(), byTime(told));
        break;
      case "trim":
        this.#index.trim();
        break;
      case "save and load": {
        const { meta, parts } = saveIndex(this.#index);
        this.#index = restoreIndex(JSON.parse(JSON.stringify(meta)), parts, this.#partRows);
        break;
      }
      default:
    }
  }

  #takePart(bytes: Buffer): boolean {
    const index = new RunIndex();
    const state = stateAt(this.#state.taken);
    new LineIntake(index).takeAll(state, bytes);
    const scanned = scannedRows(index);
    const before = this.#state.line - 1;
    if (scanned === undefined || !this.#index.addScanned(scanned, ({ line }) => line + before)) return false;
    this.#state.taken = state.taken;
    this.#state.line += state.line - 1;
    return true;
  }
}

function stateAt(taken: number): IntakeState {
  return {
    file: "events.jsonl",
    base: 0,
    taken,
    line: 1,
    isOpen: false,
    checksum: undefined,
    firstId: undefined,
    firstTime: undefined,
  };
}

describe.each([
  ["that ascends", true],
  ["whose ids, times and turns go back and forth", false],
])("an index of small parts over a log %s", (_, isOrdered) => {
  it("knows of every event what the log says, however its lines were added", () => {
    const anyCase = fc.record({
      log: anyLog({ isOrdered, maxLength: 60 }),
      repeats: fc.array(fc.nat(60), { maxLength: 3 }),
      partRows: fc.integer({ min: 1, max: 9 }),
      steps: anySteps,
    });
    fc.assert(
      fc.property(anyCase, ({ log, repeats, partRows, steps }) => {
        const lines = log.segments.flat().map(withNanoseconds);
        for (const at of repeats)
          lines.splice((at * 7) % (lines.length + 1), 0, lines[at % lines.length] ?? "");
        const taking = new Taking(lines, partRows);
        for (const { lines: count, how, next } of steps) {
          taking.take(count, how);
          taking.afterwards(next);
        }
        taking.take(lines.length, "row by row");
        taking.afterwards("ask");
        taking.afterwards("ask in order");

        const whole = new Taking(lines, 1000);
        whole.take(lines.length, "row by row");
        expect(taking.index.skipped.save()).toEqual(whole.index.skipped.save());
        expect(taking.index.edges.hasLateCauses).toBe(whole.index.edges.hasLateCauses);
        expect(taking.index.names.agents.names).toEqual(whole.index.names.agents.names);
        expect(taking.index.states.variables).toEqual(whole.index.states.variables);
      }),
      { numRuns: 25 },
    );
  });
});

/** Lines of the Python dialect with what other hands write of a time past its microsecond. */
function withNanoseconds(line: string, number: number): string {
  return number % 2 === 0 ? line : line.replace("+00:00", `${String(number % 1000).padStart(3, "0")}+00:00`);
}
