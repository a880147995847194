import { type Event, eventSchema, formatTimestamp } from "@llm-sim/events/schema";

export interface FakeRunShape {
  id?: string;
  turns?: number;
  agents?: readonly string[];
  seed?: number;
}

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const START = Date.UTC(2026, 10, 23, 7, 15) * 1000;

/** A small market, every kind of event in it, causes and state whole, the same on every call. */
export function fakeRun({
  id = "market-7",
  turns = 40,
  agents = ["alice", "bob", "carol", "dave"],
  seed = 7,
}: FakeRunShape = {}): Event[] {
  const random = mulberry32(seed);
  const events: Event[] = [];
  let turn = 0;

  function add(causes: readonly (string | undefined)[], fields: Record<string, unknown>): string {
    const caused_by = causes.filter((cause) => cause !== undefined);
    const event_id = fakeEventId(events.length, seed);
    const timestamp = formatTimestamp(START + events.length * 1_370 + turn * 20_000);
    events.push(
      eventSchema.parse({
        event_id,
        timestamp,
        turn_number: turn,
        simulation_id: id,
        ...(caused_by.length > 0 && { caused_by }),
        ...fields,
      }),
    );
    return event_id;
  }

  const start = add([], {
    event_type: "MILESTONE",
    milestone_type: "simulation_start",
    description: `Simulation started with ${agents.length} agents`,
  });
  const wealth = new Map(agents.map((agent) => [agent, 1000]));
  const lastWrite = new Map<string, string>();
  let price = 100;
  for (const agent of agents)
    lastWrite.set(
      agent,
      add([start], {
        event_type: "STATE",
        scope: "agent",
        agent_id: agent,
        variable_name: "wealth",
        old_value: null,
        new_value: 1000,
        change: "added",
        description: `${agent}.wealth: 1000 at the start`,
      }),
    );
  let lastPrice = add([start], {
    event_type: "STATE",
    scope: "global",
    variable_name: "price",
    old_value: null,
    new_value: price,
    change: "added",
    description: "price: 100 at the start",
  });
  let before = start;

  for (turn = 1; turn <= turns; turn++) {
    const opened = add([before], {
      event_type: "MILESTONE",
      milestone_type: "turn_start",
      description: `Turn ${turn} begins`,
    });
    for (const agent of agents) {
      const partner = agents[Math.floor(random() * agents.length)] ?? agent;
      const decision = add([opened, lastWrite.get(agent), lastPrice], {
        event_type: "DECISION",
        agent_id: agent,
        decision_type: "offer",
        old_value: "hold",
        new_value: { choice: "sell", to: partner },
        description: `${agent} decides to sell to ${partner} at ${price.toFixed(2)}`,
      });
      if (random() < 0.05)
        add([decision], {
          event_type: "SYSTEM",
          status: "failure",
          error_type: "model_timeout",
          subject_agent_id: agent,
          description: `The model did not answer ${agent} in time`,
        });
      const amount = Math.ceil(random() * 50);
      const action = add([decision], {
        event_type: "ACTION",
        agent_id: agent,
        action_type: "sell",
        action_payload: { to: partner, amount, price },
        description: `${agent} sells ${amount} to ${partner}`,
        ...(partner !== agent && { interaction_type: "trade", participating_agent_ids: [agent, partner] }),
      });
      const old = wealth.get(agent) ?? 0;
      const now = Math.round((old + (random() - 0.45) * amount) * 100) / 100;
      wealth.set(agent, now);
      lastWrite.set(
        agent,
        add([action], {
          event_type: "STATE",
          scope: "agent",
          agent_id: agent,
          variable_name: "wealth",
          old_value: old,
          new_value: now,
          description: `${agent}.wealth: ${old} → ${now}`,
        }),
      );
      if (random() < 0.3)
        add([action], {
          event_type: "DETAIL",
          agent_id: agent,
          calculation_type: "fee",
          intermediate_values: { rate: 0.02, base: amount },
          description: `Fee of ${agent}`,
        });
    }
    const oldPrice = price;
    price = Math.round((price + (random() - 0.5) * 4) * 100) / 100;
    lastPrice = add([opened], {
      event_type: "STATE",
      scope: "global",
      variable_name: "price",
      old_value: oldPrice,
      new_value: price,
      description: `price: ${oldPrice} → ${price}`,
    });
    before = add([opened], {
      event_type: "MILESTONE",
      milestone_type: "turn_end",
      description: `Turn ${turn} ends`,
    });
  }
  turn = turns;
  add([before], {
    event_type: "MILESTONE",
    milestone_type: "simulation_end",
    description: "Simulation ended",
  });
  return events;
}

/** A ULID whose time does not matter and whose order is the serial's. */
export function fakeEventId(serial: number, seed = 0): string {
  let text = "";
  for (let rest = serial; text.length < 8; rest = Math.floor(rest / 32))
    text = (ALPHABET[rest % 32] ?? "0") + text;
  return `01JD0000000000${String(seed % 10_000).padStart(4, "0")}${text}`;
}

/** mulberry32, public domain (T. Ettinger). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
