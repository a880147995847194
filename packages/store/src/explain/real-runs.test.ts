import { fileURLToPath } from "node:url";
import {
  compareAnswerSchema,
  effectsAnswerSchema,
  findAnswerSchema,
  historyAnswerSchema,
  stateAnswerSchema,
  whyAnswerSchema,
  widestAnswerSchema,
} from "@llm-sim/api";
import { StateFold } from "@llm-sim/events/state";
import { BaseEngine, defineSimulation, loadConfig, runSimulation, type World } from "@llm-sim/simulation";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { RunReader } from "../reader/index.ts";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";
import { compareRuns, RunExplainer } from "./index.ts";
import { sumOf } from "./ledger/index.ts";

const MARKET = fileURLToPath(new URL("../../../../examples/market/simulation.yaml", import.meta.url));

/** An engine that keeps its own state at the end of every turn, to hold the folded one to. */
interface Bag extends World {
  global: { pot: number; notes: Record<string, number> };
  agents: Record<string, { coins: number; bag: Record<string, number | string[]> }>;
}

const kept: string[] = [];

class BagEngine extends BaseEngine<Bag> {
  readonly actions = {
    put: this.action(
      z.strictObject({ coins: z.number(), name: z.string() }),
      (draft, { agent_id, payload }) => {
        const part = this.agent(draft, agent_id);
        part.coins -= payload.coins;
        draft.global.pot += payload.coins;
        part.bag[payload.name] = payload.coins;
        draft.global.notes[`${agent_id}-${payload.name}`] = this.turn;
      },
    ),
    drop: this.action(z.strictObject({ name: z.string() }), (draft, { agent_id, payload }) => {
      const { bag } = this.agent(draft, agent_id);
      if (bag[payload.name] === undefined) this.refuse("there is nothing of that name");
      delete bag[payload.name];
      bag.dropped = [payload.name];
    }),
  };

  override initialState(): Bag {
    const names = ["ann", "bob", "cy"];
    return {
      global: { pot: 0, notes: {} },
      agents: Object.fromEntries(names.map((id) => [id, { coins: 10, bag: {} }])),
    };
  }

  override afterActions(): void {
    this.rule("tax", (draft) => {
      for (const agent of Object.values(draft.agents)) agent.coins *= 0.9;
    });
    kept[this.turn] = foldedOf(this.world);
  }
}

function foldedOf(world: object): string {
  const fold = new StateFold();
  const visit = (agent_id: string | undefined, name: string, value: unknown): void => {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [key, member] of Object.entries(value))
        visit(agent_id, name === "" ? key : `${name}.${key}`, member);
    } else fold.apply({ agent_id, variable_name: name, new_value: z.json().parse(value) });
  };
  const { global, agents } = z
    .object({ global: z.unknown(), agents: z.record(z.string(), z.unknown()) })
    .parse(world);
  visit(undefined, "", global);
  for (const [id, part] of Object.entries(agents)) visit(id, "", part);
  return fold.hash();
}

function explainer(output: string, id: string): RunExplainer {
  return RunExplainer.over(new RunReader(id, `${output}/${id}`, { sidecar: false }));
}

describe("runs of real simulations", () => {
  it("have, at every turn's end, the state that their engine had", async () => {
    const action = fc.oneof(
      fc.record({
        action_type: fc.constant("put"),
        payload: fc.record({
          coins: fc.double({ noNaN: true, noDefaultInfinity: true, min: -5, max: 5 }),
          name: fc.constantFrom("a", "b"),
        }),
      }),
      fc.record({
        action_type: fc.constant("drop"),
        payload: fc.record({ name: fc.constantFrom("a", "b") }),
      }),
    );
    const deeds = fc.array(fc.array(fc.array(action, { maxLength: 2 }), { minLength: 3, maxLength: 3 }), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(deeds, (turns) =>
        inTemporaryDirectory(async (output) => {
          const agents = ["ann", "bob", "cy"].map((name, at) => ({
            name,
            agent: (observation: unknown, { turn }: { turn: number }) => {
              // Some look at what they decide on, some do not.
              if (at > 0) JSON.stringify(observation);
              return { decision_type: "act", actions: turns[turn - 1]?.[at] ?? [] };
            },
          }));
          const simulation = defineSimulation({
            name: "bags",
            turns: turns.length,
            engine: BagEngine,
            agents,
          });
          await runSimulation(simulation, {
            outputDir: output,
            simulationId: "bags",
            verbosity: "STATE",
            signals: false,
          });
          const explain = explainer(output, "bags");
          for (let turn = 1; turn <= turns.length; turn++) {
            const state = await explain.state({ turn });
            expect(state).toMatchObject({ check: "agrees", exact: true });
            expect(StateFold.from(state).hash()).toBe(kept[turn]);
          }
          for (const variable of ["pot", "ann.coins", "bob.coins"]) {
            const { ledger } = await explain.why({ variable });
            const sum = sumOf((ledger?.entries ?? []).map(({ amount }) => amount));
            expect(sum).toBe(ledger?.change);
            expect(ledger?.entries.map(({ label }) => label)).not.toContain("changes the log does not have");
          }
        }),
      ),
      { numRuns: 15 },
    );
  });

  it("are answered in the shapes that the schemas say, at every verbosity that records state", () =>
    inTemporaryDirectory(async (output) => {
      for (const verbosity of ["STATE", "DETAIL"] as const) {
        await runSimulation(await loadConfig(MARKET), {
          outputDir: output,
          simulationId: verbosity,
          verbosity,
          signals: false,
        });
        const explain = explainer(output, verbosity);
        stateAnswerSchema.parse(await explain.state({ turn: 7 }));
        historyAnswerSchema.parse(await explain.history({ variable: "price" }));
        const why = whyAnswerSchema.parse(await explain.why({ variable: "alice.wealth", depth: 30 }));
        expect(why.complete).toBe(true);
        const { decisions } = widestAnswerSchema.parse(await explain.widest());
        expect(decisions).toHaveLength(10);
        effectsAnswerSchema.parse(await explain.effects({ event_id: decisions[0]?.event_id ?? "" }));
        findAnswerSchema.parse(await explain.find({ expression: "*.wealth < 300" }));
      }
      const levels = compareAnswerSchema.parse(
        await compareRuns(explainer(output, "STATE"), explainer(output, "DETAIL")),
      );
      expect(levels).toMatchObject({ equal: true, compared_at: "STATE" });
    }));

  it("say what happened in sentences without ids: those are fields beside them", () =>
    inTemporaryDirectory(async (output) => {
      for (const seed of [7, 8]) {
        const simulation = { ...(await loadConfig(MARKET)), seed };
        await runSimulation(simulation, { outputDir: output, simulationId: `seed-${seed}`, signals: false });
      }
      const explain = explainer(output, "seed-7");
      const widest = await explain.widest();
      const decision = widest.decisions[0]?.event_id ?? "";
      const answers = [
        widest,
        await explain.why({ variable: "alice.wealth" }),
        await explain.why({ event_id: decision, depth: 4 }),
        await explain.effects({ event_id: decision }),
        await explain.find({ expression: "*.wealth < 1000" }),
        await explain.history({ variable: "alice.wealth" }),
        await compareRuns(explain, explainer(output, "seed-8")),
      ];
      const texts = answers.flatMap((one) => textsIn(one));
      expect(texts.length).toBeGreaterThan(100);
      expect(texts.filter((text) => /[0-7][0-9A-HJKMNP-TV-Z]{25}/.test(text))).toEqual([]);
    }));

  it("of the same config and seed are equal, and of another seed part ways at the first decision that chance made", () =>
    inTemporaryDirectory(async (output) => {
      for (const [id, seed] of [
        ["one", 7],
        ["again", 7],
        ["other", 8],
      ] as const) {
        const simulation = await loadConfig(MARKET);
        await runSimulation(
          { ...simulation, seed },
          { outputDir: output, simulationId: id, verbosity: "STATE", signals: false },
        );
      }
      const [one, again, other] = ["one", "again", "other"].map((id) => explainer(output, id));
      if (!one || !again || !other) throw new Error("there are three runs");
      expect(await compareRuns(one, again)).toMatchObject({
        equal: true,
        differences: { total: 0 },
        configuration: [],
      });
      const answer = await compareRuns(one, other);
      expect(answer.equal).toBe(false);
      expect(answer.divergence?.difference.key).toMatchObject({ turn: 1, event_type: "DECISION" });
      expect(answer.configuration.map(({ path }) => path)).toContain("/seed");
    }));
});

/** What of an answer a person reads. */
function textsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    typeof member === "string" && ["sentence", "summary", "message", "cause", "text", "label"].includes(name)
      ? [member]
      : textsIn(member),
  );
}
