// What the contestants write: a decision, an action and two changes of state, about 400 bytes each.

/** The fields that change from event to event, as a simulation would make them. */
function payloadOf(index) {
  return {
    asset: "government-bonds",
    amount: index,
    price: 100.25 + index / 8,
    limits: { low: 90.5, high: 120 },
    counterparty: "central-bank",
    tags: ["rebalance", "rate-change"],
  };
}

/** The same as llm-sim's own calls. */
export function emitTo(scope, index) {
  const wealth = 1000 + index * 0.37;
  switch (index & 3) {
    case 0:
      return scope.decision("trader-7", "strategy_change", {
        old_value: "hold",
        new_value: "buy",
        details: {
          reason: "the interest rate moved below the expected return",
          confidence: 0.5 + (index % 50) / 100,
          horizon: 12,
        },
      });
    case 1:
      return scope.action("trader-7", "buy", payloadOf(index));
    default:
      return scope.state("wealth", {
        agent_id: "trader-7",
        old_value: wealth,
        new_value: wealth - 12.5,
        details: { rule: "purchase", fee: 0.25, balance_before: wealth },
      });
  }
}

const HEAD = {
  event_id: "01M83NP9WNFSAFYQ2JW05B7NHF",
  timestamp: "2026-11-23T07:42:24.149970Z",
  turn_number: 17,
};
const CAUSE = "01M83NP8BGM0WC375D8WP6APSR";

/**
 * What `emitTo` records, as an object, for those that are given one. Its id and its time cost them nothing, but the
 * description is made for each event as llm-sim makes it.
 */
export function eventOf(index) {
  const { event_id, timestamp, turn_number } = HEAD;
  const wealth = 1000 + index * 0.37;
  switch (index & 3) {
    case 0:
      return {
        event_id,
        timestamp,
        turn_number,
        event_type: "DECISION",
        simulation_id: "bench",
        agent_id: "trader-7",
        caused_by: [CAUSE],
        description: "trader-7: strategy_change: hold → buy",
        decision_type: "strategy_change",
        old_value: "hold",
        new_value: "buy",
        details: {
          reason: "the interest rate moved below the expected return",
          confidence: 0.5 + (index % 50) / 100,
          horizon: 12,
        },
      };
    case 1:
      return {
        event_id,
        timestamp,
        turn_number,
        event_type: "ACTION",
        simulation_id: "bench",
        agent_id: "trader-7",
        caused_by: [CAUSE],
        description: "trader-7: buy",
        action_type: "buy",
        action_payload: payloadOf(index),
      };
    default:
      return {
        event_id,
        timestamp,
        turn_number,
        event_type: "STATE",
        simulation_id: "bench",
        agent_id: "trader-7",
        caused_by: [CAUSE],
        description: `trader-7.wealth: ${wealth} → ${wealth - 12.5}`,
        variable_name: "wealth",
        old_value: wealth,
        new_value: wealth - 12.5,
        scope: "agent",
        details: { rule: "purchase", fee: 0.25, balance_before: wealth },
      };
  }
}
