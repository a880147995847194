import { expect, it } from "vitest";
import { play } from "../testing/play.ts";

const config = `${import.meta.dirname}/simulation.yaml`;

it("goods and money change hands, and only interest makes money", async () => {
  await play(config, {}, ({ events, state }) => {
    const traders = Object.values(state.agents);
    expect(traders).toHaveLength(6);
    const goods = traders.reduce((sum, trader) => sum + Number(trader.goods), 0);
    expect(goods).toBe(20 + 40 + 0 + 30 + 10 + 25);
    // What interest added is what there is more than the 6,000 that were brought.
    const rules = events.filter(
      (event) => event.event_type === "DETAIL" && event.calculation_type === "interest",
    );
    const ofInterest = new Set(rules.map((event) => event.event_id));
    const interest = events.flatMap((event) =>
      event.event_type === "STATE" && ofInterest.has(event.caused_by?.[0] ?? "")
        ? [Number(event.new_value) - Number(event.old_value)]
        : [],
    );
    const money = traders.reduce((sum, trader) => sum + Number(trader.wealth) + Number(trader.invested), 0);
    expect(money).toBeCloseTo(6000 + interest.reduce((sum, gain) => sum + gain, 0), 6);
    expect(interest.length).toBeGreaterThan(100);
  });
});

it("a trade is one event of two traders, decided after reading the offer", async () => {
  await play(config, {}, ({ events }) => {
    const byId = new Map(events.map((event) => [event.event_id, event]));
    const trades = events.filter(
      (event) => event.event_type === "ACTION" && event.interaction_type === "trade",
    );
    expect(trades.length).toBeGreaterThan(20);
    for (const trade of trades) {
      if (trade.event_type !== "ACTION") continue;
      const { seller } = trade.action_payload;
      if (typeof seller !== "string") throw new Error("a trade without a seller");
      expect(trade.participating_agent_ids).toEqual([trade.agent_id, seller]);
      const decision = trade.caused_by
        ?.map((id) => byId.get(id))
        .find((cause) => cause?.event_type === "DECISION");
      expect(decision).toMatchObject({ event_type: "DECISION", agent_id: trade.agent_id });
      const read = (decision?.caused_by ?? []).map((id) => byId.get(id));
      expect(read).toContainEqual(expect.objectContaining({ variable_name: `offers.${seller}.price` }));
      const changed = events.filter((event) => event.caused_by?.includes(trade.event_id));
      const who = new Set(changed.map((event) => (event.event_type === "STATE" ? event.agent_id : "")));
      expect(who).toContain(trade.agent_id);
      expect(who).toContain(seller);
    }
  });
});
