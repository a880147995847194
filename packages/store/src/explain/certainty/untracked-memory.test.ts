import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MemoryKind } from "@llm-sim/events/run";
import {
  BaseEngine,
  BasicValidator,
  type DecideFunction,
  defineSimulation,
  runSimulation,
  type World,
} from "@llm-sim/simulation";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { openStore, type Run } from "../../index.ts";
import { inTemporaryDirectory } from "../../testing/temporary-directory.ts";

interface Well extends World {
  global: { water: number; rain: number };
  agents: Record<string, { drunk: number }>;
}

class WellEngine extends BaseEngine<Well> {
  static readonly memory = "none";
  readonly actions = {
    drink: this.action(z.strictObject({}), (draft, { agent_id }) => {
      draft.global.water -= 1;
      this.agent(draft, agent_id).drunk += 1;
    }),
  };

  override initialState(): Well {
    return { global: { water: 9, rain: 0 }, agents: { ann: { drunk: 0 }, bob: { drunk: 0 } } };
  }

  override afterActions(): void {
    this.rule("weather", (draft) => {
      draft.global.rain += 2;
    });
  }
}

/** What a class or a function says of what it keeps; a class that says nothing is unknown, whatever it extends. */
function declaring<Code extends object>(code: Code, memory: MemoryKind | undefined): Code {
  return memory === undefined ? code : Object.defineProperty(code, "memory", { value: memory });
}

type Look = { world: { water: number } };

function drinker(name: string, memory?: MemoryKind): DecideFunction<Look> {
  const decide = ({ world }: Look) => ({
    decision_type: "go",
    actions: world.water > 0 ? [{ action_type: "drink" }] : [],
  });
  Object.defineProperty(decide, "name", { value: name });
  return declaring(decide, memory);
}

interface Declared {
  engine?: MemoryKind | undefined;
  validator?: MemoryKind | undefined;
  ann?: MemoryKind | undefined;
  bob?: MemoryKind | undefined;
}

const ALL = { engine: "none", validator: "none", ann: "none", bob: "tracked" } as const;

/** A run of the well, where engine, validator and agents declare this, and what a question of it answers. */
function asking<T>(declared: Declared, ask: (run: Run, directory: string) => Promise<T>): Promise<T> {
  return inTemporaryDirectory(async (outputDir) => {
    const Reviewing = declaring(class extends BasicValidator {}, declared.validator);
    const simulation = defineSimulation({
      name: "well",
      turns: 4,
      engine: declaring(class extends WellEngine {}, declared.engine),
      validator: new Reviewing({ params: BasicValidator.params.parse({}) }),
      agents: [
        { name: "ann", agent: drinker("Ann", declared.ann) },
        { name: "bob", agent: drinker("Bob", declared.bob) },
      ],
    });
    const options = { outputDir, simulationId: "well", verbosity: "STATE", signals: false } as const;
    const { directory = "" } = await runSimulation(simulation, { ...options, onWarning: () => undefined });
    const store = openStore(outputDir, { sidecar: false });
    try {
      return await ask(await store.openRun("well"), directory);
    } finally {
      await store.close();
    }
  });
}

function memories(gaps: readonly { memory?: object | undefined }[]) {
  return gaps.map(({ memory }) => memory);
}

const water = { variable: "water", turn: 3, depth: 9 };
const rain = { variable: "rain", turn: 3, depth: 9 };

describe("an answer about causes", () => {
  it("is complete where engine, validator and agents all say what they keep, and it is nothing unseen", () =>
    asking(ALL, async (run) => {
      for (const answer of [
        await run.explain.why(water),
        await run.explain.why(rain),
        await run.explain.widest({}),
        await run.causality((await run.explain.why(water)).event_id, 5),
      ]) {
        expect(answer).toMatchObject({ complete: true, gaps: [] });
      }
    }));

  it.each(["unknown", "outside"] as const)(
    "is as recorded where an agent of %s memory decided in its chain, and complete where none did",
    (kind) =>
      asking({ ...ALL, ann: kind === "outside" ? "outside" : undefined }, async (run) => {
        const { complete, gaps } = await run.explain.why(water);
        expect(complete).toBe(false);
        expect(gaps).toMatchObject([
          { kind: "as_recorded", agent_id: "ann", memory: { of: "Ann", kind }, needed: expect.any(String) },
        ]);
        expect(gaps[0]?.message).toContain(kind === "outside" ? "outside" : "does not say what it remembers");
        expect(await run.explain.why(rain)).toMatchObject({ complete: true, gaps: [] });
      }),
  );

  it("is as recorded from an agent's first decision on", () =>
    asking({ ...ALL, bob: undefined }, async (run) => {
      const { complete, gaps } = await run.explain.why({ variable: "drunk", agent_id: "bob", turn: 1 });
      expect({ complete, of: memories(gaps) }).toEqual({
        complete: false,
        of: [{ of: "Bob", kind: "unknown" }],
      });
    }));

  it.each(["unknown", "outside"] as const)(
    "is as recorded where the engine's memory is %s, but of what was set up",
    (kind) =>
      asking({ ...ALL, engine: kind === "outside" ? "outside" : undefined }, async (run) => {
        expect(memories((await run.explain.why(rain)).gaps)).toEqual([{ of: "engine", kind }]);
        expect(await run.explain.why({ variable: "rain", turn: 0 })).toMatchObject({ complete: true });
      }),
  );

  it.each(["unknown", "outside"] as const)(
    "is as recorded where a validator of %s memory let an action pass, and complete where there was none",
    (kind) =>
      asking({ ...ALL, validator: kind === "outside" ? "outside" : undefined }, async (run) => {
        expect(memories((await run.explain.why(water)).gaps)).toEqual([{ of: "validator", kind }]);
        expect(await run.explain.why(rain)).toMatchObject({ complete: true });
      }),
  );

  it("is as recorded where a class was seen to keep something, although it declares that it does not", () =>
    inTemporaryDirectory(async (outputDir) => {
      class Forgetful extends WellEngine {
        static override readonly memory = "none";
        days = 0;
        override afterActions(): void {
          this.days++;
          super.afterActions();
        }
      }
      const simulation = defineSimulation({
        name: "well",
        turns: 4,
        engine: Forgetful,
        agents: ["ann", "bob"].map((name) => ({ name, agent: drinker("Ann", "none") })),
      });
      const options = { outputDir, simulationId: "well", verbosity: "STATE", signals: false } as const;
      await runSimulation(simulation, { ...options, onWarning: () => undefined });
      const store = openStore(outputDir, { sidecar: false });
      try {
        const { complete, gaps } = await (await store.openRun("well")).explain.why(rain);
        expect({ complete, of: memories(gaps) }).toEqual({
          complete: false,
          of: [{ of: "engine", kind: "contradicted" }],
        });
        expect(gaps[0]?.message).toContain("although that is not what it declares");
      } finally {
        await store.close();
      }
    }));

  it("about what something led to is as recorded wherever something is kept that could carry it on unseen", () =>
    asking({ ...ALL, bob: "outside" }, async (run) => {
      const { event_id } = await run.explain.why(rain);
      expect(memories((await run.explain.effects({ event_id })).gaps)).toEqual([
        { of: "Bob", kind: "outside" },
      ]);
    }));

  it("about all of a run tells of each that does not say what it keeps", () =>
    asking({ ...ALL, engine: undefined, ann: undefined, bob: "outside" }, async (run) => {
      expect(memories((await run.explain.widest({})).gaps)).toEqual([
        { of: "engine", kind: "unknown" },
        { of: "Ann", kind: "unknown" },
        { of: "Bob", kind: "outside" },
      ]);
    }));

  it("takes a word it does not know, and no word, for unknown", () =>
    asking(ALL, async (run, directory) => {
      const path = join(directory, "run.json");
      const manifest = JSON.parse(readFileSync(path, "utf8"));
      manifest.causes.engine = "psychic";
      delete manifest.causes.validator;
      writeFileSync(path, JSON.stringify(manifest));
      expect(memories((await run.explain.why(water)).gaps)).toEqual([
        { of: "engine", kind: "unknown" },
        { of: "validator", kind: "unknown" },
      ]);
    }));

  it("says nothing of it about values and lists", () =>
    asking({}, async (run) => {
      expect(await run.explain.state({ turn: 2 })).toMatchObject({ exact: true, gaps: [] });
      expect(await run.explain.history({ variable: "water" })).toMatchObject({ complete: true });
      expect(await run.query({})).toMatchObject({ complete: true });
    }));
});
