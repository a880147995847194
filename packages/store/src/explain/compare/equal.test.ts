import { type CompareAnswer, compareAnswerSchema } from "@llm-sim/api";
import { contentDifferences, contentText } from "@llm-sim/events/canonical";
import { EVENT_TYPES } from "@llm-sim/events/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RunReader } from "../../reader/index.ts";
import { inTemporaryDirectory } from "../../testing/temporary-directory.ts";
import { writeRun } from "../../testing/write-run.ts";
import { compareRuns, RunExplainer } from "../explainer.ts";
import { ALONE, Line } from "./content.ts";

type Fields = Record<string, unknown>;

/** The same in every run, but for the run's letter in each id. */
const idOf = (run: string, number: number) =>
  `01M892BP8A000000000000${run}${String(number).padStart(3, "0")}`;

function eventsOf(run: string): Fields[] {
  const event = (number: number, turn: number, kind: string, causes: number[], fields: Fields) => ({
    event_id: idOf(run, number),
    timestamp: `2026-11-25T10:00:00.${String(number).padStart(6, "0")}Z`,
    turn_number: turn,
    event_type: kind,
    simulation_id: "any-run",
    ...(causes.length > 0 && { caused_by: causes.map((cause) => idOf(run, cause)) }),
    ...fields,
  });
  const decision = { agent_id: "ann", decision_type: "fish", new_value: 2 };
  const state = { variable_name: "fish", scope: "global" };
  return [
    event(1, 0, "MILESTONE", [], { milestone_type: "simulation_start" }),
    event(2, 0, "STATE", [1], { ...state, old_value: null, new_value: 9, change: "added" }),
    event(3, 1, "MILESTONE", [1], { milestone_type: "turn_start" }),
    event(4, 1, "SYSTEM", [3], { status: "retry", retry_count: 1, subject_agent_id: "ann" }),
    event(5, 1, "DECISION", [4, 3, 2], { ...decision, details: { latency_ms: 5, mood: { a: 1, b: 2 } } }),
    event(6, 1, "ACTION", [5], {
      agent_id: "ann",
      action_type: "fish",
      action_payload: { after: idOf(run, 5) },
      details: { because: idOf(run, 2) },
      description: `after [${idOf(run, 5)}]`,
    }),
    event(7, 1, "STATE", [6], { ...state, old_value: 9, new_value: 7 }),
    event(8, 1, "MILESTONE", [3], { milestone_type: "turn_end", details: { state_hash: "a" } }),
  ];
}

type Change = (events: Fields[]) => unknown[];

function compared<T>(
  change: Change,
  check: (answer: CompareAnswer) => T | Promise<T>,
  leftChange: Change = (events) => events,
): Promise<T> {
  const explain = (directory: string, events: unknown[]) => {
    const lines = events.map((event) => (typeof event === "string" ? event : JSON.stringify(event)));
    writeRun(directory, { segments: [lines] });
    return RunExplainer.over(new RunReader("any-run", directory, { sidecar: false }));
  };
  return inTemporaryDirectory((one) =>
    inTemporaryDirectory(async (other) => {
      const answer = await compareRuns(
        explain(one, leftChange(eventsOf("A"))),
        explain(other, change(eventsOf("B"))),
      );
      return check(compareAnswerSchema.parse(answer));
    }),
  );
}

/** Changes the event of a number. */
const at =
  (number: number, edit: (event: Fields) => unknown): Change =>
  (events) =>
    events.map((event, place) => (place === number - 1 ? edit(event) : event));

const reordered = (event: Fields) => Object.fromEntries(Object.entries(event).toReversed());

describe("two runs are equal", () => {
  it.each<[string, Change]>([
    ["whatever their ids", (events) => events],
    ["whatever the order of members", (events) => events.map(reordered)],
    [
      "whatever the order of members inside",
      at(5, (event) => ({ ...event, details: { mood: { b: 2, a: 1 } } })),
    ],
    [
      "whatever the order of causes",
      at(5, (event) => ({ ...event, caused_by: [2, 3, 4].map((one) => idOf("B", one)) })),
    ],
    [
      "however long something took",
      at(5, (event) => ({ ...event, details: { latency_ms: 9, mood: { a: 1, b: 2 } } })),
    ],
    [
      "however often something was tried",
      (events) =>
        events
          .filter((_, place) => place !== 3)
          .map((event, place) =>
            place === 3 ? { ...event, caused_by: [3, 2].map((one) => idOf("B", one)) } : event,
          ),
    ],
    [
      "however numbers are written",
      at(7, (event) => JSON.stringify(event).replace('"new_value":7', '"new_value":7.0e0')),
    ],
    ["with white space", (events) => events.map((event) => JSON.stringify(event).replaceAll(',"', ' , "'))],
  ])("%s", (_, change) =>
    compared(change, (answer) => {
      expect(answer).toMatchObject({ equal: true, differences: { total: 0 }, turns: [], independent: [] });
      expect(answer.divergence).toBeUndefined();
    }),
  );

  it.each<[string, Fields, object]>([
    ["details", { details: { seed: 2 } }, { path: "/simulation_start/details", right: { seed: 2 } }],
    ["text", { description: "2 boats" }, { path: "/simulation_start/description", right: "2 boats" }],
  ])(
    "however they were set up, which their beginnings tell of in %s where a run.json does not",
    (_, start, told) =>
      compared(
        at(1, (event) => ({ ...event, ...start })),
        (answer) => {
          expect(answer).toMatchObject({ equal: true, differences: { total: 0 } });
          expect(answer.configuration).toEqual([told]);
        },
      ),
  );

  /** Of a comparison that differs in another variable. */
  const distances = (left: string, right: string) => {
    const written =
      (run: string, value: string): Change =>
      (events) => {
        const [start, first, ...rest] = events;
        const mood = { ...first, event_id: idOf(run, 9), variable_name: "mood", new_value: run };
        const fish = JSON.stringify({ ...first, new_value: "?" }).replace('"?"', value);
        return [start, fish, mood, ...rest];
      };
    return compared(
      written("B", right),
      ({ turns }) => Object.keys(turns[0]?.variables ?? {}),
      written("A", left),
    );
  };

  it("nor are the states apart by how a number beyond a double is written, or by an event's id", async () => {
    expect(await distances("12e399", "1.2e400")).toEqual(["mood"]);
    expect(await distances(`"${idOf("A", 1)}"`, `"${idOf("B", 1)}"`)).toEqual(["mood"]);
    expect(await distances('["1.2e400"]', '["1.2e400"]')).toEqual(["mood"]);
  });

  it("but they are by a number beyond a double for the text of its digits", async () => {
    expect(await distances("1.2e400", '"1.2e400"')).toEqual(["fish", "mood"]);
  });

  it.each<[string, Change, object[]]>([
    [
      "the number of causes that were omitted",
      at(5, (event) => ({ ...event, causes_omitted: 2 })),
      [{ path: "/causes_omitted", right: 2 }],
    ],
    [
      "a cause",
      at(5, (event) => ({ ...event, caused_by: [4, 3].map((one) => idOf("B", one)) })),
      [
        {
          path: "/caused_by",
          left: [idOf("A", 2)],
          right: [],
          left_text: "fish of turn 0",
          right_text: "nothing more",
        },
      ],
    ],
    [
      "all causes",
      at(6, ({ caused_by: _, ...event }) => event),
      [{ path: "/caused_by", left: [idOf("A", 5)], right: [], left_text: "ann's fish in turn 1" }],
    ],
    [
      "NaN for a text",
      at(5, (event) => ({ ...event, new_value: "NaN", lossy: ["/new_value"] })),
      [
        { path: "/new_value", left: 2, right: "NaN", right_text: "NaN (altered)" },
        { path: "/lossy", right: ["/new_value"] },
      ],
    ],
    [
      "which event is named",
      at(6, (event) => ({ ...event, action_payload: { after: idOf("B", 2) } })),
      [{ path: "/action_payload/after", left: "1.DECISION.ann.0", right: "0.STATE..0" }],
    ],
    [
      "a member that no schema names",
      at(7, (event) => ({ ...event, unit: "tons" })),
      [{ path: "/unit", right: "tons" }],
    ],
    [
      "the hash of the state alone",
      at(8, (event) => ({ ...event, details: { state_hash: "b" } })),
      [{ path: "/details/state_hash", left: "a", right: "b" }],
    ],
  ])("not where they differ in %s", (_, change, fields) =>
    compared(change, ({ equal, divergence, differences }) => {
      expect({ equal, total: differences.total }).toEqual({ equal: false, total: 1 });
      expect(divergence?.difference).toMatchObject({ kind: "changed", fields });
      expect(divergence?.difference.fields).toHaveLength(fields.length);
    }),
  );

  it("but in the hash, which tells nothing new where the states differ", () =>
    compared(
      (events) =>
        at(8, (event) => ({ ...event, details: { state_hash: "b" } }))(
          events.map((event) => (event.new_value === 7 ? { ...event, new_value: 6 } : event)),
        ),
      ({ differences, turns }) => {
        expect(differences.total).toBe(1);
        expect(turns.map(({ differing }) => differing)).toEqual([1]);
      },
    ));
});

/** Texts of events that are nearly the same, or the same written otherwise. */
const text = fc
  .record({
    kind: fc.constantFrom("DECISION" as const, "ACTION" as const, "STATE" as const),
    edit: fc.constantFrom<((event: Fields) => Fields)[]>(
      (event) => event,
      reordered,
      (event) => ({ ...event, new_value: "NaN" }),
      (event) => ({ ...event, new_value: "NaN", lossy: ["/new_value"] }),
      (event) => ({ ...event, new_value: 1, old_value: 20 }),
      (event) => ({ ...event, causes_omitted: 1 }),
      (event) => ({ ...event, caused_by: [idOf("C", 1), idOf("C", 2)] }),
      (event) => ({ ...event, description: "one" }),
      (event) => ({ ...event, description: 'said "é/"', unit: 0 }),
      (event) => ({ ...event, description: `[${idOf("C", 1)}]` }),
      (event) => ({ ...event, details: { latency_ms: 7, mood: { b: 2, a: 1 } } }),
      (event) => ({ ...event, details: { latency_ms: 8, mood: { a: 1, b: 2 } } }),
      (event) => ({ ...event, details: {} }),
    ),
    spell: fc.constantFrom<((line: string) => string)[]>(
      (line) => line,
      (line) => line.replace('"event_id"', '"event_id" '),
      (line) => line.replace("é", "\\u00e9"),
      (line) => line.replace("/", "\\/"),
      (line) => line.replace('"new_value":1', '"new_value":1.0'),
      (line) => line.replace('"new_value":2', '"new_value":9054686819491029395'),
      (line) => line.replace('"new_value":2', '"new_value":9054686819491029396'),
      (line) => line.replace('"new_value":2', '"new_value":90546868194910293950e-1'),
      (line) => line.replace('"new_value":2', '"new_value":"9054686819491029395"'),
      (line) => line.replace('"unit":0', '"unit":-0'),
      (line) => line.replace(/\}$/, ',"new_value":2}'),
      (line) => line.replace(/\}$/, ',"new\\u005fvalue":2}'),
      (line) => line.replace(/\}$/, ',"description":"one"}'),
    ),
  })
  .map(({ kind, edit, spell }) => {
    const event = eventsOf("A").findLast(({ event_type }) => event_type === kind) ?? {};
    return { kind: EVENT_TYPES.indexOf(kind), text: spell(JSON.stringify(edit(event))) };
  });

describe("two lines say the same", () => {
  it("exactly where their content is the same text, and where no member differs", () => {
    const seen = { same: 0, other: 0 };
    fc.assert(
      fc.property(text, text, (one, other) => {
        fc.pre(one.kind === other.kind);
        const [left, right] = [one, other].map(
          ({ text: line, kind }) => new Line(Buffer.from(line), kind, ALONE),
        );
        if (!left || !right) return;
        const isSame = left.isSame(right);
        seen[isSame ? "same" : "other"]++;
        expect(right.isSame(left)).toBe(isSame);
        expect(contentText(left.content) === contentText(right.content)).toBe(isSame);
        expect(contentDifferences(left.content, right.content, 20).length === 0).toBe(isSame);
      }),
      { numRuns: 4000 },
    );
    expect(Math.min(seen.same, seen.other)).toBeGreaterThan(100);
  });
});
