import { expect, it } from "vitest";
import { INSIDE } from "../engine/index.ts";
import { Random } from "../random/index.ts";
import { earner, giver, label, run, VillageEngine, village } from "./village.test.fixture.ts";

const simulation = village({ alice: earner, bob: giver }, { turns: 3 });

it("an engine may have members of any name: what runs it has its own way in", async () => {
  const probe = simulation.createEngine({ agents: [], random: Random.seeded(1, "x"), turns: 1 });
  const names = Object.keys(probe[INSIDE]);
  expect(names).toEqual(expect.arrayContaining(["prepare", "begin", "show", "state", "recorder"]));
  const created = (setup: Parameters<typeof simulation.createEngine>[0]) => {
    const engine = new VillageEngine({ ...setup, params: {} });
    for (const name of names) Object.defineProperty(engine, name, { value: "the author's own" });
    return engine;
  };
  const one = await run(simulation);
  const other = await run({ ...simulation, createEngine: created });
  expect(one.summary?.status).toBe("completed");
  expect(other.events.map(label)).toEqual(one.events.map(label));
});
