import type { Agent, AgentContext, AgentSetup, Decision } from "@llm-sim/simulation";
import * as z from "zod";
import type { Stand } from "./engine.ts";

const paramsSchema = z.strictObject({ boldness: z.number().min(0).max(1).default(0.2) });

interface View {
  me: Stand;
  world: { sunny: boolean };
}

/** Raises its price after a good day and lowers it after a bad one. What it reads here is what causes its decision. */
export class StandKeeper implements Agent<View> {
  static readonly params = paramsSchema;
  static readonly memory = "none"; // it decides anew each time
  readonly #boldness: number;

  constructor({ params }: AgentSetup<z.infer<typeof paramsSchema>>) {
    this.#boldness = params.boldness;
  }

  decide({ me, world }: View, { random }: AgentContext): Decision {
    const direction = world.sunny && me.sold >= 10 ? 1 : -1;
    const change = direction * this.#boldness * random.float();
    const price = Math.round(Math.min(5, Math.max(0.5, me.price * (1 + change))) * 100) / 100;
    if (price === me.price) return { decision_type: "keep_price" };
    return {
      decision_type: "change_price",
      old_value: me.price,
      new_value: price,
      actions: [{ action_type: "set_price", payload: { price } }],
    };
  }
}
