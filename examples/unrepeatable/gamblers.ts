import { BaseEngine, type DecideFunction, type Decision } from "@llm-sim/simulation";
import * as z from "zod";

interface Table {
  global: { bank: number };
  agents: Record<string, { chips: number }>;
}

export class Casino extends BaseEngine<Table> {
  static readonly memory = "none";

  readonly actions = {
    bet: this.action(z.strictObject({ chips: z.int().positive() }), (draft, { agent_id, payload }) => {
      const player = this.agent(draft, agent_id);
      const won = this.random.integer(0, 1) === 1 ? payload.chips : -payload.chips;
      player.chips += won;
      draft.global.bank -= won;
    }),
  };

  override initialState(agents: Parameters<BaseEngine["initialState"]>[0]): Table {
    return { ...super.initialState(agents), global: { bank: 1000 } };
  }
}

/** Draws from the run's seed. */
export const fair: DecideFunction = (_, { random }) => bet(random.integer(1, 10));

/** Draws from nowhere: another bet in each run, whatever the seed. */
export const unrepeatable: DecideFunction = (_, { turn }) =>
  bet(turn < 3 ? 5 : 1 + Math.floor(Math.random() * 1_000_000));

function bet(chips: number): Decision {
  return { decision_type: "bet", new_value: chips, actions: [{ action_type: "bet", payload: { chips } }] };
}
