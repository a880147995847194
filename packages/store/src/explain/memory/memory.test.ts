import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stateAnswerSchema } from "@llm-sim/api";
import type { Event, JsonObject, JsonValue, VerbosityLevel } from "@llm-sim/events/schema";
import { BaseEngine, type DecideFunction, defineSimulation, runSimulation } from "@llm-sim/simulation";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openStore, type Run } from "../../index.ts";
import { inTemporaryDirectory } from "../../testing/temporary-directory.ts";

class Quiet extends BaseEngine {
  static readonly memory = "none";
  readonly actions = {};
}

/** What an agent does to its memory in each turn: a value to write, `undefined` to forget. */
type Plan = readonly Readonly<Record<string, JsonValue | undefined>>[];

function minded(plan: Plan): DecideFunction {
  const decide: DecideFunction = (_, { turn, memory }) => {
    for (const [key, value] of Object.entries(plan[turn - 1] ?? {})) {
      if (value === undefined) delete memory[key];
      else memory[key] = value;
    }
    return { decision_type: "think" };
  };
  return Object.assign(decide, { memory: "tracked" });
}

interface Recorded {
  run: Run;
  directory: string;
  events: Event[];
}

interface Recording {
  verbosity?: VerbosityLevel;
  from?: Record<string, JsonObject>;
  lines?: (lines: string[]) => string[];
  maxEventSize?: number;
  engine?: typeof Quiet;
}

function recorded<T>(
  plans: Readonly<Record<string, Plan>>,
  ask: (recorded: Recorded) => Promise<T>,
  { verbosity = "STATE", from, lines = (all) => all, maxEventSize, engine = Quiet }: Recording = {},
): Promise<T> {
  return inTemporaryDirectory(async (outputDir) => {
    const simulation = defineSimulation({
      name: "minds",
      turns: Math.max(...Object.values(plans).map((plan) => plan.length)),
      engine,
      agents: Object.entries(plans).map(([name, plan]) => ({ name, agent: minded(plan) })),
      events: { max_event_size: maxEventSize },
    });
    const { directory = "" } = await runSimulation(simulation, {
      outputDir,
      simulationId: "minds",
      verbosity,
      signals: false,
      from: from && {
        simulation_id: "before",
        turn: 0,
        state: { global: {}, agents: Object.fromEntries(Object.keys(plans).map((id) => [id, {}])) },
        state_hash: "",
        memory: {},
        decided: {},
        context_memory: from,
        added: [],
        removed: [],
        paused: {},
      },
    });
    const path = join(directory, "events.jsonl");
    const kept = lines(readFileSync(path, "utf8").trimEnd().split("\n"));
    writeFileSync(path, kept.map((line) => `${line}\n`).join(""));
    const store = openStore(outputDir, { sidecar: false });
    try {
      const events = kept.map((line): Event => JSON.parse(line));
      return await ask({ run: await store.openRun("minds"), directory, events });
    } finally {
      await store.close();
    }
  });
}

const value: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constant(null),
  fc.integer(),
  fc.string({ maxLength: 5 }),
  fc.array(fc.integer(), { maxLength: 3 }),
  fc.record({ deep: fc.integer() }),
);
const turns: fc.Arbitrary<Plan> = fc.array(
  fc.dictionary(fc.constantFrom("plan", "a.b", "forgotten"), fc.oneof(value, fc.constant(undefined)), {
    maxKeys: 3,
    noNullPrototype: true,
  }),
  { minLength: 4, maxLength: 4 },
);

describe("what agents remember at a moment", () => {
  it("is what folding every decision up to there gives, for each agent, also from before a checkpoint", () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({ ann: turns, bob: turns }),
        fc.dictionary(fc.constantFrom("plan", "old"), value, { noNullPrototype: true }),
        (plans, before) =>
          recorded(
            plans,
            async ({ run, events }) => {
              const expected: Record<string, JsonObject> = { ann: { ...before }, bob: {} };
              for (const event of events) {
                if (event.event_type === "DECISION") {
                  const own = expected[event.agent_id] ?? {};
                  for (const [key, to] of Object.entries(
                    plans[event.agent_id === "ann" ? "ann" : "bob"][event.turn_number - 1] ?? {},
                  )) {
                    if (to === undefined) delete own[key];
                    else own[key] = to;
                  }
                }
                for (const agent_id of ["ann", "bob"]) {
                  const state = await run.explain.state({ event_id: event.event_id, agent_id });
                  expect(state.memory).toEqual({ [agent_id]: expected[agent_id] });
                  expect(state.exact).toBe(true);
                }
                const all = await run.explain.state({ event_id: event.event_id });
                expect(all.memory ?? {}).toEqual(
                  Object.fromEntries(
                    Object.entries(expected).filter(([, own]) => Object.keys(own).length > 0),
                  ),
                );
              }
            },
            { from: { ann: before } },
          ),
      ),
      { numRuns: 15 },
    ));

  const plans = { ann: [{ plan: "a" }, { plan: "b" }, {}], bob: [{}, { plan: "c" }, {}] };

  it("is told at the end of a turn, of one agent or of all, in a form that is documented", () =>
    recorded(plans, async ({ run }) => {
      const one = stateAnswerSchema.parse(await run.explain.state({ turn: 1, agent_id: "ann" }));
      expect(one).toMatchObject({ memory: { ann: { plan: "a" } }, agents: {}, exact: true });
      expect((await run.explain.state({ turn: 1, agent_id: "bob" })).memory).toEqual({ bob: {} });
      expect((await run.explain.state({ turn: 3 })).memory).toEqual({
        ann: { plan: "b" },
        bob: { plan: "c" },
      });
    }));

  it("is not spoken of in a run whose agents remember nothing", () =>
    recorded({ ann: [{}], bob: [{}] }, async ({ run }) => {
      expect(await run.explain.state()).not.toHaveProperty("memory");
    }));

  it.each([
    ["DECISION", { ann: { plan: "b" } }, ["STATE"]],
    ["ACTION", { ann: { plan: "b" } }, ["STATE"]],
    ["MILESTONE", { ann: {} }, ["STATE", "DECISION"]],
  ] as const)(
    "at %s is known as far as decisions are on record, and the answer says what is not",
    (verbosity, memory, needed) =>
      recorded(
        plans,
        async ({ run }) => {
          const state = await run.explain.state({ agent_id: "ann" });
          expect(state).toMatchObject({ memory, exact: false });
          expect(state.gaps.map(({ kind, needed_verbosity }) => [kind, needed_verbosity])).toEqual(
            needed.map((level) => ["verbosity", level]),
          );
        },
        { verbosity },
      ),
  );

  it("is gone with an agent that went for good", () => {
    class Parting extends Quiet {
      override beforeTurn(): void {
        if (this.turn === 2) this.rule("deaths", () => this.remove("ann"));
      }
    }
    return recorded(
      { ann: [{ plan: "sell" }, {}], bob: [{ plan: "buy" }, {}] },
      async ({ run }) => {
        const bobs = { bob: { plan: "buy" } };
        expect((await run.explain.state({ turn: 1 })).memory).toEqual({ ann: { plan: "sell" }, ...bobs });
        expect((await run.explain.state({ turn: 2 })).memory).toEqual(bobs);
        expect((await run.explain.state({ turn: 2, agent_id: "ann" })).memory).toEqual({ ann: {} });
      },
      { engine: Parting },
    );
  });

  it("is not exact where a decision may be missing, though the hash of the state agrees", () =>
    recorded(
      plans,
      async ({ run }) => {
        const state = await run.explain.state({ turn: 2, agent_id: "ann" });
        expect(state).toMatchObject({ check: "agrees", exact: false, gaps: [{ kind: "missing" }] });
        // Who did not ask for her is told of no memory, rather than of an exact state with a doubt.
        const everyones = await run.explain.state({ turn: 2 });
        expect(everyones).toMatchObject({ exact: true, gaps: [] });
        expect(everyones).not.toHaveProperty("memory");
      },
      {
        lines: (lines) => lines.filter((line) => !(line.includes('"DECISION"') && line.includes('"b"'))),
      },
    ));

  it("is not exact where what was written was too large to be recorded", () =>
    recorded(
      { ann: [{ plan: "x".repeat(20_000) }, {}], bob: [{}, {}] },
      async ({ run }) => {
        const state = await run.explain.state({ turn: 2, agent_id: "ann" });
        expect(state).toMatchObject({
          exact: false,
          gaps: [{ kind: "lossy", agent_id: "ann", turn_start: 1 }],
        });
        expect(await run.explain.state({ turn: 2, agent_id: "bob" })).toMatchObject({ exact: true });
      },
      { maxEventSize: 16_384 },
    ));

  it("of an agent that there is none of is refused with the nearest", () =>
    recorded(plans, async ({ run }) => {
      await expect(run.explain.state({ agent_id: "bop" })).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        details: { parameter: "agent_id", nearest: ["bob"] },
      });
    }));
});
