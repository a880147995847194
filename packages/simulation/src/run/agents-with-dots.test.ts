import { StateFold } from "@llm-sim/events/state";
import { expect, it } from "vitest";
import { defineSimulation, MarketEngine, TraderAgent } from "../index.ts";
import { isState, run } from "./village.test.fixture.ts";

it("agents' ids may have dots and spaces, also as keys of the world's state", async () => {
  const agents = ["gpt-4.1", "gpt-4", "Dr. Smith", "global", 'say "x"'];
  const market = defineSimulation({
    name: "market",
    turns: 6,
    seed: 3,
    engine: MarketEngine,
    params: { interest_rate: 0.02, price: 10 },
    agents: agents.map((name) => ({
      name,
      agent: TraderAgent,
      params: { thrift: 0.3, supply: 0.5, opinion: 0.2 },
      initial_state: { wealth: 1000, invested: 0, goods: 20 },
    })),
  });
  const { events, summary, error } = await run(market, "STATE", {
    breakWhen: 'offers."gpt-4.1".price > 1000 or "Dr. Smith".wealth < 0',
  });
  expect(error).toBeUndefined();
  expect(summary).toMatchObject({ status: "completed", turns: 6 });
  const fold = new StateFold();
  const names = new Set<string>();
  for (const event of events) {
    if (isState(event)) {
      names.add(event.variable_name);
      fold.apply(event);
    }
    if (event.details?.state_hash !== undefined) expect(event.details.state_hash).toBe(fold.hash());
  }
  expect([...names]).toContain('offers."gpt-4.1".price');
  expect([...fold.agentIds()].toSorted()).toEqual(agents.toSorted());
});
