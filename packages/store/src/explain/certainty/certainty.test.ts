import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Event } from "@llm-sim/events/schema";
import {
  BaseEngine,
  type DecideFunction,
  defineSimulation,
  runSimulation,
  type World,
} from "@llm-sim/simulation";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { openStore, type Run } from "../../index.ts";
import { anyDamage, type Damage, damaged, inOrder, type RunOnDisk, readRun } from "./damage.test.fixture.ts";

interface Bazaar extends World {
  global: { price: number; notes: Record<string, number> };
  agents: Record<string, { coins: number; bag: Record<string, number> }>;
}

/** Variables that change every turn, seldom, and that come and go. */
class BazaarEngine extends BaseEngine<Bazaar> {
  static readonly memory = "none";
  readonly actions = {
    buy: this.action(z.strictObject({ thing: z.string() }), (draft, { agent_id, payload }) => {
      const part = this.agent(draft, agent_id);
      part.coins -= draft.global.price;
      part.bag[payload.thing] = this.turn;
      if (this.turn % 3 === 0) draft.global.notes[agent_id] = this.turn;
    }),
    lose: this.action(z.strictObject({ thing: z.string() }), (draft, { agent_id, payload }) => {
      const { bag } = this.agent(draft, agent_id);
      if (bag[payload.thing] === undefined) this.refuse("there is none");
      delete bag[payload.thing];
    }),
  };

  override initialState(): Bazaar {
    return {
      global: { price: 3, notes: {} },
      agents: Object.fromEntries(["ann", "bob"].map((id) => [id, { coins: 100, bag: {} }])),
    };
  }

  override afterActions(): void {
    this.rule("haggling", (draft) => {
      if (this.turn % 2 === 0) draft.global.price += 1;
    });
  }
}

let output: string;
let whole: RunOnDisk;
let events: Event[];

beforeAll(async () => {
  output = mkdtempSync(join(tmpdir(), "llm-sim-certainty-"));
  const agents = ["ann", "bob"].map((name, at) => {
    const decide: DecideFunction = (observation, { turn, memory }) => {
      if (turn % 2 === at) memory.last = turn;
      if (turn % 3 === 0) delete memory.last;
      if ((turn + at) % 2 === 0) JSON.stringify(observation);
      const thing = turn % 4 < 2 ? "cup" : "hat";
      const action_type = (turn + at) % 3 === 0 ? "lose" : "buy";
      return { decision_type: "go", actions: [{ action_type, payload: { thing } }] };
    };
    return { name, agent: Object.assign(decide, { memory: "tracked" }) };
  });
  const simulation = defineSimulation({
    name: "bazaar",
    turns: 7,
    engine: BazaarEngine,
    agents,
    events: { max_file_size: 6000 },
  });
  const { directory } = await runSimulation(simulation, {
    outputDir: join(output, "made"),
    simulationId: "bazaar",
    verbosity: "STATE",
    signals: false,
  });
  whole = readRun(directory ?? "");
  events = whole.segments.flatMap(({ lines }) => lines.map((line): Event => JSON.parse(line)));
});

afterAll(() => rmSync(output, { recursive: true, force: true }));

/** A question, and what of its answer has to be as it was before the damage where the answer claims to be all. */
type Question = (run: Run) => Promise<{ claims: boolean; answer: unknown; last?: string | undefined }>;

const LISTS = ["events", "events of turns", "timeline", "timeline of turns"];

function withoutCauses<Answer extends { event: Event }>(answer: Answer): Answer {
  return { ...answer, event: { ...answer.event, caused_by: undefined } };
}

/** What tells of a loss is an event itself, which the whole log does not have: of other turns than those whose events were lost, say. */
function tellsOfLoss(event: Event): boolean {
  return event.event_type === "SYSTEM" && event.error_type === "events_dropped";
}

function idsOf(page: Awaited<ReturnType<Run["query"]>>) {
  const all = page.events();
  const kept = all.filter((event) => !tellsOfLoss(event));
  return {
    claims: page.complete,
    answer: {
      total: page.total - (all.length - kept.length),
      ids: kept.map(({ event_id }) => event_id),
    },
  };
}

async function timelineOf(run: Run, range: { turn_start?: number; turn_end?: number }, buckets?: number) {
  const { complete: claims, ...timeline } = await run.timeline({ ...range, buckets });
  const told = (await run.query({ ...range, event_types: ["SYSTEM"], limit: 10_000 }))
    .events()
    .filter(tellsOfLoss);
  const withoutTold = timeline.buckets.map((bucket) => {
    const { SYSTEM = 0, ...others } = bucket.by_type;
    const here = told.filter(
      ({ turn_number }) => turn_number >= Number(bucket.from) && turn_number <= Number(bucket.to),
    ).length;
    const by_type = SYSTEM > here ? { ...others, SYSTEM: SYSTEM - here } : others;
    return { ...bucket, by_type, total: bucket.total - here };
  });
  return { claims, answer: { ...timeline, buckets: withoutTold, total: timeline.total - told.length } };
}

/** A question of each kind, about a turn and an event. */
function questionsAbout(turn: number, event: Event): Record<string, Question> {
  const { event_id } = event;
  const stateOf = async (run: Run, query: object) => {
    const { exact, global, agents, turn: at, event_id: last } = await run.explain.state(query);
    return { claims: exact, answer: { global, agents, at }, last };
  };
  const memoryOf = async (run: Run, query: object) => {
    const { exact, memory } = await run.explain.state({ ...query, agent_id: "ann" });
    return { claims: exact && memory !== undefined, answer: memory };
  };
  const complete = <Answer extends { complete: boolean }>({ complete: claims, ...answer }: Answer) => ({
    claims,
    answer,
  });
  return {
    "state at a turn": (run) => stateOf(run, { turn }),
    "state at an event": (run) => stateOf(run, { event_id }),
    "state now": (run) => stateOf(run, {}),
    "memory at a turn": (run) => memoryOf(run, { turn }),
    "memory at an event": (run) => memoryOf(run, { event_id }),
    history: async (run) => complete(await run.explain.history({ variable: "coins", agent_id: "ann" })),
    "history of turns": async (run) =>
      complete(await run.explain.history({ variable: "price", turn_start: turn, turn_end: turn + 1 })),
    "why a variable": async (run) =>
      complete(await run.explain.why({ variable: "coins", agent_id: "bob", turn, depth: 5 })),
    "why an event": async (run) => complete(await run.explain.why({ event_id, depth: 5 })),
    // What led to the event itself may have been dropped before it.
    effects: async (run) => complete(withoutCauses(await run.explain.effects({ event_id, depth: 4 }))),
    widest: async (run) => complete(await run.explain.widest({ horizon: 1 })),
    find: async (run) => complete(await run.explain.find({ expression: "price > 4 and ann.coins < 95" })),
    "find by turn": async (run) => complete(await run.explain.find({ expression: "turn > 3" })),
    timeline: (run) => timelineOf(run, {}, 3),
    "timeline of turns": (run) => timelineOf(run, { turn_start: turn, turn_end: turn + 1 }),
    // An event that was led to by what was dropped carries other causes: it is there all the same.
    events: async (run) => idsOf(await run.query({ event_types: ["STATE", "ACTION"] })),
    "events of turns": async (run) => idsOf(await run.query({ turn_start: turn, turn_end: turn })),
    causality: async (run) => complete(await run.causality(event_id, 5)),
  };
}

async function asking<T>(run: RunOnDisk, ask: (run: Run) => Promise<T>): Promise<T> {
  const base = mkdtempSync(join(output, "case-"));
  const directory = join(base, "bazaar");
  mkdirSync(directory);
  for (const { file, lines } of run.segments)
    writeFileSync(join(directory, file), lines.map((line) => `${line}\n`).join(""));
  if (run.manifest !== undefined) {
    const { segments, ...manifest } = run.manifest;
    writeFileSync(join(directory, "run.json"), JSON.stringify(manifest));
    const list = segments.map((listed) => `${JSON.stringify(listed)}\n`).join("");
    writeFileSync(join(directory, "segments.jsonl"), list);
  }
  const store = openStore(base, { sidecar: false });
  try {
    return await ask(await store.openRun("bazaar"));
  } finally {
    await store.close();
    rmSync(base, { recursive: true, force: true });
  }
}

/** `undefined` where the damaged run cannot be asked at all: the turn, the variable or the event is not there. */
async function answerOf(question: Question, run: Run): Promise<Awaited<ReturnType<Question>> | undefined> {
  try {
    return await question(run);
  } catch {
    return undefined;
  }
}

describe("an answer that claims to be exact, or complete", () => {
  it("is given to every question of a whole run", () =>
    asking(whole, async (run) => {
      for (const turn of [0, 3, 7]) {
        for (const [name, question] of Object.entries(questionsAbout(turn, events[40] ?? fail()))) {
          expect([name, turn, (await question(run)).claims]).toEqual([name, turn, true]);
        }
      }
    }));

  it("is the answer over the whole log, whatever befell the run", async () => {
    await asking(whole, (wholeRun) =>
      fc.assert(
        fc.asyncProperty(
          fc.array(anyDamage, { minLength: 1, maxLength: 2 }),
          fc.integer({ min: 0, max: 7 }),
          fc.nat(events.length - 1),
          async (damages, turn, pick) => {
            const run = inOrder(damages).reduce(tryDamage, whole);
            await asking(run, async (damagedRun) => {
              const questions = questionsAbout(turn, events[pick] ?? fail());
              for (const [name, question] of Object.entries(questions)) {
                const given = await answerOf(question, damagedRun);
                if (given?.claims !== true) continue;
                // A list is one of what the run records.
                if (LISTS.includes(name) && run.manifest?.verbosity !== "STATE") continue;
                // Now is the end of the log as it is.
                const same =
                  name === "state now" ? questionsAbout(turn, atEnd(given))["state at an event"] : question;
                const { claims, answer } = (await same?.(wholeRun)) ?? fail();
                expect({ name, claims: given.claims, answer: given.answer }).toEqual({
                  name,
                  claims,
                  answer,
                });
              }
            });
          },
        ),
        {
          numRuns: 80,
          // The loss is told of in turn 3, and nothing of that turn was lost.
          examples: [[[{ kind: "STATE dropped, as the log tells", at: 0, length: 0.2987 }], 3, 0]],
        },
      ),
    );
  });
});

/** A second damage may find nothing to damage any more. */
function tryDamage(run: RunOnDisk, damage: Damage): RunOnDisk {
  try {
    return damaged(run, damage);
  } catch {
    return run;
  }
}

function atEnd({ last }: { last?: string | undefined }): Event {
  return events.find(({ event_id }) => event_id === last) ?? fail();
}

function fail(): never {
  throw new Error("there are no such events");
}
