import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Event, JsonObject } from "@llm-sim/events/schema";
import { type RunningServer, startServer } from "@llm-sim/server";
import { openStore, type Run, type Store } from "@llm-sim/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask as askIn, jsonLines, temporaryDirectory } from "./cli.test.fixture.ts";

const directory = temporaryDirectory();

/** A line of a log; the number is its time and its id. */
function line(number: number, turn: number, fields: JsonObject): string {
  return JSON.stringify({
    event_id: `01M892BP8A${String(number).padStart(16, "0")}`,
    timestamp: `2026-11-25T10:00:00.${String(number).padStart(3, "0")}000Z`,
    turn_number: turn,
    simulation_id: "any",
    ...fields,
  });
}

function milestone(number: number, turn: number, milestone_type: string): string {
  return line(number, turn, { event_type: "MILESTONE", milestone_type });
}

function wealth(number: number, turn: number, old_value: number | null, new_value: number): string {
  const change: JsonObject = old_value === null ? { change: "added" } : {};
  return line(number, turn, {
    event_type: "STATE",
    agent_id: "alice",
    scope: "agent",
    variable_name: "wealth",
    old_value,
    new_value,
    ...change,
  });
}

function earn(number: number, turn: number): string {
  return line(number, turn, {
    event_type: "ACTION",
    agent_id: "alice",
    action_type: "earn",
    action_payload: {},
  });
}

/** Three turns in which alice earns 5 each: 10, 15, 20, 25. */
const ORDERED = [
  milestone(10, 0, "simulation_start"),
  wealth(20, 0, null, 10),
  ...[1, 2, 3].flatMap((turn) => [
    milestone(turn * 40 - 10, turn, "turn_start"),
    earn(turn * 40, turn),
    wealth(turn * 40 + 10, turn, 5 + turn * 5, 10 + turn * 5),
    milestone(turn * 40 + 20, turn, "turn_end"),
  ]),
  milestone(150, 3, "simulation_end"),
];

function swapped(lines: readonly string[], ...pairs: [number, number][]): string[] {
  const moved = [...lines];
  for (const [a, b] of pairs) [moved[a], moved[b]] = [moved[b] ?? "", moved[a] ?? ""];
  return moved;
}

/** Within one second of another program's clock, with ids that go back and forth. */
const SECOND = ["Z", "A", "M", "C", "T"].map((digit, place) =>
  JSON.stringify({
    event_id: `01KAW2R000${digit}000000000000000`,
    timestamp: "2026-10-04T16:04:51+00:00",
    turn_number: 1,
    event_type: "STATE",
    simulation_id: "any",
    agent_id: "alice",
    caused_by: null,
    details: {
      variable_name: "wealth",
      old_value: place === 0 ? null : place * 10,
      new_value: (place + 1) * 10,
      scope: "agent",
    },
  }),
);

/** A variable of the world beside an agent's, whose joined names are the same. */
const DOTTED = [
  milestone(1, 0, "simulation_start"),
  line(2, 0, {
    event_type: "STATE",
    scope: "global",
    variable_name: "alice.wealth",
    old_value: null,
    new_value: 111,
    change: "added",
  }),
  wealth(3, 0, null, 222),
  line(4, 1, {
    event_type: "STATE",
    scope: "global",
    variable_name: "alice.wealth",
    old_value: 111,
    new_value: 112,
  }),
  wealth(5, 1, 222, 223),
];

interface Case {
  lines: readonly string[];
  /** The variable's, write by write. */
  values: number[];
  events: number;
  repeated?: number;
  /** Default: alice's wealth. */
  variable?: string;
}

const CASES: Readonly<Record<string, Case>> = {
  ordered: { lines: ORDERED, values: [10, 15, 20, 25], events: 15 },
  swapped: { lines: swapped(ORDERED, [3, 4], [7, 11]), values: [10, 15, 20, 25], events: 15 },
  reversed: { lines: ORDERED.toReversed(), values: [10, 15, 20, 25], events: 15 },
  twice: {
    lines: [...ORDERED.slice(0, 10), ...ORDERED.slice(2, 6), ...ORDERED.slice(10)],
    values: [10, 15, 20, 25],
    events: 15,
    repeated: 4,
  },
  second: { lines: SECOND, values: [10, 20, 30, 40, 50], events: 5 },
  dotted: { lines: DOTTED, values: [222, 223], events: 5 },
  "dotted-world": { lines: DOTTED, values: [111, 112], events: 5, variable: "global.alice.wealth" },
};

let store: Store;
let server: RunningServer;
const ask = (...args: string[]) => askIn(directory, args);

beforeAll(async () => {
  for (const [id, { lines }] of Object.entries(CASES)) {
    mkdirSync(join(directory, "output", id), { recursive: true });
    writeFileSync(join(directory, "output", id, "events.jsonl"), lines.map((text) => `${text}\n`).join(""));
  }
  store = openStore(join(directory, "output"));
  server = await startServer({ outputDir: join(directory, "output"), port: 0 });
});
afterAll(async () => {
  await server.close();
  await store.close();
});

interface State {
  global: JsonObject;
  agents: Record<string, JsonObject>;
}

/** What each way says of a case, in one shape. */
interface Told {
  values: unknown[];
  last: unknown;
  why: unknown;
  /** Turns in which the variable became its last value. */
  found: unknown[];
  events: number;
  ids: string[];
}

function valueIn({ global, agents }: State, variable: string): unknown {
  return variable === "alice.wealth" ? agents.alice?.wealth : global["alice.wealth"];
}

async function byLibrary(run: Run, variable: string, expression: string): Promise<Told> {
  const { explain } = run;
  const page = await run.query();
  return {
    values: (await explain.history({ variable })).writes.map(({ new_value }) => new_value),
    last: valueIn(await explain.state(), variable),
    why: (await explain.why({ variable })).value,
    found: (await explain.find({ expression })).moments.map(({ turn }) => turn),
    events: page.total,
    ids: page.events().map(({ event_id }) => event_id),
  };
}

async function byCommand(id: string, variable: string, expression: string): Promise<Told> {
  const json = async (...args: string[]): Promise<string> => (await ask(...args, "--json")).stdout;
  const ids = jsonLines<Event>(await json("events", id)).map(({ event_id }) => event_id);
  return {
    values: jsonLines<{ new_value: unknown }>(await json("history", id, variable)).map(
      ({ new_value }) => new_value,
    ),
    last: valueIn(JSON.parse(await json("state", id)), variable),
    why: JSON.parse(await json("why", id, variable)).value,
    found: jsonLines<{ turn: number }>(await json("find", id, expression)).map(({ turn }) => turn),
    events: ids.length,
    ids,
  };
}

async function byServer(id: string, variable: string, expression: string): Promise<Told> {
  const get = async <T>(path: string, query: Record<string, string> = {}): Promise<T> => {
    const url = new URL(`/simulations/${id}/${path}?${new URLSearchParams(query).toString()}`, server.url);
    return JSON.parse(await (await fetch(url)).text());
  };
  const page = await get<{ events: Event[] }>("events");
  const history = await get<{ writes: { new_value: unknown }[] }>("history", { variable });
  const find = await get<{ moments: { turn: number }[] }>("find", { expression });
  return {
    values: history.writes.map(({ new_value }) => new_value),
    last: valueIn(await get<State>("state"), variable),
    why: (await get<{ value: unknown }>("why", { variable })).value,
    found: find.moments.map(({ turn }) => turn),
    events: (await get<{ total: number }>("timeline")).total,
    ids: page.events.map(({ event_id }) => event_id),
  };
}

/** The variable's value at the end of each turn. */
async function byExport(id: string, variable: string): Promise<unknown[]> {
  const { stdout } = await ask("export", id, "--format", "jsonl", "--table", "state");
  const agent = variable === "alice.wealth" ? "alice" : null;
  return jsonLines<{ agent: string | null; value: unknown }>(stdout)
    .filter((row) => row.agent === agent)
    .map(({ value }) => value);
}

describe.each(Object.entries(CASES))(
  "a log that is %s",
  (id, { values, events, repeated = 0, variable = "alice.wealth" }) => {
    const last = values.at(-1);
    const expression = `${variable} == ${last}`;

    it("is told alike by library, command, server and export", async () => {
      const run = await store.openRun(id);
      const byFirst = await byLibrary(run, variable, expression);
      expect(byFirst).toMatchObject({ values, last, why: last, events });
      expect(byFirst.found).toHaveLength(1);
      expect(new Set(byFirst.ids).size).toBe(events);
      expect(await byCommand(id, variable, expression)).toEqual(byFirst);
      expect(await byServer(id, variable, expression)).toEqual(byFirst);

      const turns = (await run.explain.turnEnds()).map(({ turn }) => turn);
      const states = await Promise.all(
        turns.map(async (turn) => valueIn(await run.explain.state({ turn }), variable)),
      );
      expect(await byExport(id, variable)).toEqual(states);
      expect(states.at(-1)).toBe(last);
      const exported = jsonLines<Event>((await ask("export", id, "--format", "jsonl")).stdout);
      expect(exported.map(({ event_id }) => event_id)).toEqual(byFirst.ids);
      const csv = (await ask("export", id, "--format", "csv")).stdout.trim().split("\n").slice(1);
      expect(csv.map((row) => row.split(",").find((cell) => cell.length === 26))).toEqual(byFirst.ids);
    });

    it("serves each event once, and counts the lines that repeat one, wherever that is said", async () => {
      const run = await store.openRun(id);
      const { count, lines } = await run.skippedLines();
      expect(count).toBe(repeated);
      expect(lines.map(({ reason }) => reason)).toEqual(Array.from({ length: repeated }, () => "repeated"));
      const response = await fetch(new URL(`/simulations/${id}/events`, server.url));
      expect(response.headers.get("x-skipped-lines")).toBe(String(repeated));
      const integrity = await (await fetch(new URL(`/simulations/${id}/integrity`, server.url))).json();
      expect(integrity).toMatchObject({ events, repeated_lines: repeated });
    });

    it("is streamed and tailed by place, from behind any event", async () => {
      const places = CASES[id]?.lines.map((text) => JSON.parse(text).event_id) ?? [];
      const inPlace = [...new Set(places)];
      const url = new URL(`/simulations/${id}/stream`, server.url);
      for (const after of [undefined, ...inPlace]) {
        const headers: Record<string, string> = after === undefined ? {} : { "last-event-id": after };
        const text = await (await fetch(url, { headers })).text();
        const ids = [...text.matchAll(/^id: ?(\w{26})$/gm)].map(([, found]) => found);
        expect(ids).toEqual(after === undefined ? inPlace : inPlace.slice(inPlace.indexOf(after) + 1));
      }
      const tail = jsonLines<Event>((await ask("tail", id, "--follow", "--json")).stdout);
      expect(tail.map(({ event_id }) => event_id)).toEqual(inPlace.slice(-10));
    });
  },
);
