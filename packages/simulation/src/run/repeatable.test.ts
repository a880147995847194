import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  type BaseEngine,
  canonicalLog,
  type DecideFunction,
  type RunOptions,
  type Simulation,
} from "../index.ts";
import { label, run, type View, village } from "./village.test.fixture.ts";

describe("the same config and seed", () => {
  const gambler: DecideFunction<View> = ({ others }, context) => {
    context.detail("dice", { roll: context.random.integer(1, 6) });
    const amount = context.random.integer(1, 20);
    const partner = context.random.pick(Object.keys(others).filter((id) => id !== context.agent_id));
    const read = Object.values(others).map(({ wealth }) => wealth);
    return {
      decision_type: "gamble",
      new_value: Math.max(...read),
      actions: [{ action_type: "give", payload: { to: partner ?? "", amount } }],
    };
  };
  /** The same, but it takes its time, each time another. */
  const slow: DecideFunction<View> = async (view, context) => {
    await wait(Math.random() * 4);
    const decision = await gambler(view, context);
    await wait(Math.random() * 4);
    return decision;
  };
  const hesitant: DecideFunction = async () => {
    await wait(Math.random() * 4);
    throw new Error("cannot say");
  };

  it("give the same canonical log, whenever agents answer", async () => {
    const logs = [];
    for (let round = 0; round < 4; round++) {
      const simulation = village(
        { dan: slow, alice: slow, carol: hesitant, bob: slow },
        { turns: 5, seed: 42 },
      );
      const { events } = await run(simulation);
      logs.push({ canonical: canonicalLog(events), order: events.map(label).join() });
    }
    for (const log of logs) expect(log.canonical).toEqual(logs[0]?.canonical);
    // The test means nothing unless the logs themselves did differ.
    expect(new Set(logs.map(({ order }) => order)).size).toBeGreaterThan(1);
  });

  it("and another seed another one", async () => {
    const of = async (seed: number) =>
      canonicalLog((await run(village({ alice: gambler, bob: gambler }, { seed }))).events);
    expect(await of(1)).toEqual(await of(1));
    expect(await of(1)).not.toEqual(await of(2));
  });

  it("give the same course with the stream off", async () => {
    const simulation = village({ alice: gambler, bob: gambler }, { turns: 3 });
    const finals: unknown[] = [];
    const watched = (stream: RunOptions["stream"]) => {
      const engines: BaseEngine[] = [];
      const kept = {
        ...simulation,
        createEngine: (setup: Parameters<Simulation["createEngine"]>[0]) => {
          const engine = simulation.createEngine(setup);
          engines.push(engine);
          return engine;
        },
      };
      return run(kept, "STATE", stream ? { stream } : {}).then(({ summary }) => {
        finals.push(structuredClone(engines[0]?.world.agents.alice));
        return summary;
      });
    };
    await watched(undefined);
    const summary = await watched("off");
    expect(summary).toMatchObject({ status: "completed", directory: undefined, stats: { emitted: 0 } });
    expect(finals[1]).toEqual(finals[0]);
  });
});
