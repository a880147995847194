import type { Agent, AgentSetup, Decision } from "@llm-sim/simulation";
import * as z from "zod";
import type { Fishery } from "./fishery.ts";

interface View {
  world: Fishery["global"];
}

const greedParams = z.strictObject({ share: z.number().positive().max(1) });

/** Takes its share of all the fish there are. */
export class Greedy implements Agent<View> {
  static readonly params = greedParams;
  static readonly memory = "none";
  readonly #share: number;

  constructor({ params }: AgentSetup<z.infer<typeof greedParams>>) {
    this.#share = params.share;
  }

  decide({ world }: View): Decision {
    return harvest(world.fish * this.#share);
  }
}

/** Takes its part of what grew back in the season before. */
export class Restrained implements Agent<View> {
  static readonly memory = "none";

  decide({ world }: View): Decision {
    return harvest(world.regrown / world.boats);
  }
}

function harvest(wanted: number): Decision {
  const amount = Math.floor(wanted * 10) / 10;
  if (amount <= 0) return { decision_type: "stay_in_port" };
  return {
    decision_type: "fish",
    new_value: amount,
    actions: [{ action_type: "harvest", payload: { amount } }],
  };
}
