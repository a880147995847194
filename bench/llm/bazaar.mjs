// A simulation whose agents each ask once a turn, and the same with agents that decide so by themselves.
import { BaseEngine, defineSimulation } from "@llm-sim/simulation";
import * as z from "zod";

/** As long as personas are. */
export const PERSONA =
  "You live by the sea and sell fish at the market, as your mother did before you. ".repeat(8);

export class Bazaar extends BaseEngine {
  actions = {
    earn: this.action(z.strictObject({ amount: z.number() }), (draft, { agent_id, payload }) => {
      this.agent(draft, agent_id).wealth += payload.amount;
    }),
  };
}

const schema = z.object({ amount: z.number() });
const earning = (amount) => ({
  decision_type: "earn",
  actions: [{ action_type: "earn", payload: { amount } }],
});

export async function asking({ me }, context) {
  const messages = [
    { role: "system", content: PERSONA },
    {
      role: "user",
      content: `Turn ${context.turn}. You have ${me.wealth} coins. How many do you earn today?`,
    },
  ];
  const { value } = await context.ask({ purpose: "earn", messages, schema });
  return earning(value.amount);
}

/** Keeps all that was said, and says it each turn. */
export function talking() {
  const said = [{ role: "system", content: PERSONA }];
  return async ({ me }, context) => {
    said.push({
      role: "user",
      content: `Turn ${context.turn}. You have ${me.wealth} coins, and ${"the day is long. ".repeat(10)}`,
    });
    const { text, value } = await context.ask({ purpose: "earn", messages: said, schema });
    said.push({ role: "assistant", content: text });
    return earning(value.amount);
  };
}

export function byRule({ me }) {
  return earning(me.wealth < 0 ? 0 : 3);
}

export function bazaar({ agents, turns, agent, params, llm }) {
  return defineSimulation({
    name: "bazaar",
    turns,
    seed: 1,
    engine: Bazaar,
    ...(llm && { llm }),
    agents: Array.from({ length: agents }, (_, at) => ({
      name: `agent-${at}`,
      agent,
      ...(params && { params }),
      initial_state: { wealth: 100 },
    })),
  });
}
