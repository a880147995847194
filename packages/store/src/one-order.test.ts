import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Event, JsonObject } from "@llm-sim/events/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openStore, type Run } from "./index.ts";
import { generatedId } from "./testing/generate-log.ts";
import { inTemporaryDirectory } from "./testing/temporary-directory.ts";

const START = 1_763_882_100_000_000;
const AGENTS = ["ann", "bob"];

interface Line {
  time: number;
  text: string;
}

/**
 * A small world in which everybody writes and reads, told by a clock that often stands still. Two writes of one variable
 * may have the same time: only their places tell which is the last.
 */
const world = ({ gaps = [0, 0, 1, 1000], minLength = 1 } = {}): fc.Arbitrary<Line[]> =>
  fc
    .array(
      fc.record({
        agent: fc.nat(1),
        value: fc.nat(9),
        step: fc.constantFrom(...gaps),
        reads: fc.array(fc.nat(12), { maxLength: 3 }),
        what: fc.constantFrom("DECISION", "ACTION", "STATE", "STATE", "world", "refusal", "turn"),
      }),
      { minLength, maxLength: 40 },
    )
    .map((events) => {
      let time = START;
      let turn = 0;
      return events.map(({ agent, value, step, reads, what }, place): Line => {
        time += step;
        if (what === "turn") turn++;
        const name = AGENTS[agent] ?? "";
        const causes = [...new Set(reads.map((back) => place - 1 - back))].filter((cause) => cause >= 0);
        const event: JsonObject = {
          event_id: idOf(place),
          timestamp: stamp(time),
          turn_number: turn,
          event_type:
            what === "world" ? "STATE" : what === "refusal" ? "SYSTEM" : what === "turn" ? "MILESTONE" : what,
          simulation_id: "any-run",
          ...(causes.length === 0 ? {} : { caused_by: causes.map(idOf) }),
          ...fieldsOf(what, name, value),
        };
        return { time, text: JSON.stringify(event) };
      });
    });

/** Ids tell nothing of the order: they count down. */
function idOf(place: number): string {
  return generatedId(START, 1000 - place);
}

function stamp(microseconds: number): string {
  const date = new Date(Math.floor(microseconds / 1000)).toISOString().slice(0, -1);
  return `${date}${String(microseconds % 1000).padStart(3, "0")}Z`;
}

function fieldsOf(what: string, agent_id: string, value: number): JsonObject {
  switch (what) {
    case "DECISION":
      return { agent_id, decision_type: "choose", new_value: value };
    case "ACTION":
      return { agent_id, action_type: "take", action_payload: { value } };
    case "STATE":
      return { agent_id, variable_name: "purse", old_value: 0, new_value: value, scope: "agent" };
    case "world":
      return { variable_name: "stock", old_value: 0, new_value: value, scope: "global" };
    case "refusal":
      return { status: "failure", error_type: "validation_error", subject_agent_id: agent_id };
    default:
      return { milestone_type: "turn_start" };
  }
}

async function answersOf(run: Run, ids: readonly string[]): Promise<unknown[]> {
  const { explain } = run;
  const asked = (question: Promise<unknown>): Promise<unknown> =>
    question.catch((error: unknown) => (error instanceof Error ? error.message : error));
  const turns = [0, 1, 2, 3];
  return Promise.all([
    asked(run.query({ limit: 10_000 }).then(({ lines }) => lines.map(String))),
    asked(run.query({ agent_ids: ["ann"], event_types: ["STATE"] }).then(({ lines }) => lines.map(String))),
    asked(run.query({ turn_start: 1, turn_end: 2 }).then(({ lines }) => lines.map(String))),
    run.timeline(),
    run
      .summary()
      .then(({ status, turns: last, start_time, end_time }) => [status, last, start_time, end_time]),
    asked(explain.state()),
    ...turns.map((turn) => asked(explain.state({ turn }))),
    ...turns.map((turn) => asked(explain.why({ variable: "purse", agent_id: "ann", turn }))),
    asked(explain.history({ variable: "purse", agent_id: "ann" })),
    asked(explain.history({ variable: "stock" })),
    asked(explain.why({ variable: "purse", agent_id: "ann", since: 1 })),
    asked(explain.find({ expression: "*.purse > 4" })),
    asked(explain.find({ expression: "global.stock > 4 and turn > 0" })),
    ...[0, 1, 20].map((horizon) => asked(explain.widest({ horizon, limit: 100 }))),
    ...ids.slice(0, 8).map((event_id) => asked(explain.effects({ event_id }))),
    ...ids.slice(0, 8).map((event_id) => asked(explain.why({ event_id }))),
    ...ids.slice(0, 8).map((event_id) => asked(explain.state({ event_id }))),
    ...ids.slice(0, 8).map((event_id) => asked(run.causality(event_id))),
  ]);
}

/** Two runs of one id, under two roots, so that all their answers can be compared. */
async function withBoth(
  left: readonly string[],
  right: readonly string[],
  work: (left: Run, right: Run) => Promise<void>,
): Promise<void> {
  await inTemporaryDirectory(async (root) => {
    const stores = [left, right].map((lines, side) => {
      const output = join(root, String(side));
      mkdirSync(join(output, "any-run"), { recursive: true });
      writeFileSync(join(output, "any-run", "events.jsonl"), lines.map((line) => `${line}\n`).join(""));
      return openStore(output);
    });
    const [a, b] = await Promise.all(stores.map((store) => store.openRun("any-run")));
    if (a !== undefined && b !== undefined) await work(a, b);
    for (const store of stores) await store.close();
  });
}

/** What follows from an event, milestones and turns past the last not passed through, until nothing is added. */
function followed(start: string, events: readonly Event[], lastTurn: number): Event[] {
  const reached = new Set([start]);
  for (let size = 0; size !== reached.size; ) {
    size = reached.size;
    for (const { event_type, event_id, turn_number, caused_by = [] } of events) {
      if (event_type === "MILESTONE" || turn_number > lastTurn) continue;
      if (caused_by.some((cause) => reached.has(cause))) reached.add(event_id);
    }
  }
  return events.filter(({ event_id }) => event_id !== start && reached.has(event_id));
}

const inAnyOrder = (lines: Line[]): fc.Arbitrary<Line[]> =>
  fc.shuffledSubarray(lines, { minLength: lines.length, maxLength: lines.length });
const shuffled = world().chain(inAnyOrder);
/** Most causes stand behind their effects, or before them, as it happens. */
const tied = world({ gaps: [0, 0, 0, 1], minLength: 20 }).chain(inAnyOrder);

describe("a log whose lines stand in any order", () => {
  it("answers every question as the one sorted by (timestamp, place) does", async () => {
    await fc.assert(
      fc.asyncProperty(shuffled, async (lines) => {
        const sorted = lines.toSorted((a, b) => a.time - b.time); // stable: the place decides within one time
        await withBoth(
          lines.map(({ text }) => text),
          sorted.map(({ text }) => text),
          async (one, other) => {
            const ids = lines.map(({ text }) => text.slice(13, 39));
            expect(await answersOf(one, ids)).toEqual(await answersOf(other, ids));
            const compared = await one.explain.compare(other.explain);
            expect(compared).toMatchObject({ equal: true });
          },
        );
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it("counts what follows from a decision, before it in the log or behind it", async () => {
    await fc.assert(
      fc.asyncProperty(tied, fc.nat(2), async (lines, horizon) => {
        const events = lines.map(({ text }): Event => JSON.parse(text));
        const texts = lines.map(({ text }) => text);
        await withBoth(texts, texts, async ({ explain }) => {
          const { decisions } = await explain.widest({ horizon, limit: 100 });
          for (const { event_id, turn, events: count, changes } of decisions) {
            const reached = followed(event_id, events, turn + horizon);
            expect(count).toBe(reached.length);
            expect(changes).toBe(reached.filter(({ event_type }) => event_type === "STATE").length);
          }
        });
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it("compares with any other log as the sorted one does", async () => {
    await fc.assert(
      fc.asyncProperty(shuffled, shuffled, async (lines, others) => {
        const textOf = (list: readonly Line[]): string[] => list.map(({ text }) => text);
        const inTime = (list: readonly Line[]): string[] => textOf(list.toSorted((a, b) => a.time - b.time));
        const answers: unknown[] = [];
        await withBoth(textOf(lines), textOf(others), async (one, other) => {
          answers.push(await one.explain.compare(other.explain));
        });
        await withBoth(inTime(lines), inTime(others), async (one, other) => {
          answers.push(await one.explain.compare(other.explain));
        });
        expect(answers[0]).toEqual(answers[1]);
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it("serves each event once, the first time it stands there, and counts the others", async () => {
    const withRepeats = shuffled.chain((lines) =>
      fc.array(fc.tuple(fc.nat(lines.length), fc.nat(lines.length - 1)), { maxLength: 5 }).map((copies) => {
        const all = [...lines];
        for (const [at, of] of copies) all.splice(at, 0, lines[of] ?? lines[0] ?? { time: 0, text: "" });
        return { lines, all };
      }),
    );
    await fc.assert(
      fc.asyncProperty(withRepeats, async ({ all }) => {
        const first = all.filter((line, place) => all.findIndex(({ text }) => text === line.text) === place);
        await withBoth(
          all.map(({ text }) => text),
          first.map(({ text }) => text),
          async (one, other) => {
            const ids = first.map(({ text }) => text.slice(13, 39));
            expect(await answersOf(one, ids)).toEqual(await answersOf(other, ids));
            const { count, lines } = await one.skippedLines();
            expect(count).toBe(all.length - first.length);
            expect(lines.every(({ reason }) => reason === "repeated")).toBe(true);
            const streamed: string[] = [];
            for await (const { event_id } of one.subscribe()) streamed.push(event_id);
            expect(streamed).toEqual(ids);
          },
        );
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
