import type { Agent, AgentContext, AgentSetup, Decision } from "@llm-sim/simulation";
import * as z from "zod";
import type { PersonView } from "./epidemic.ts";

const params = z.strictObject({
  /** The probability of staying at home when ill, or when a neighbour is. */
  caution: z.number().min(0).max(1),
});

export class Resident implements Agent<PersonView> {
  static readonly params = params;
  static readonly memory = "none";
  readonly #caution: number;

  constructor(setup: AgentSetup<z.infer<typeof params>>) {
    this.#caution = setup.params.caution;
  }

  decide({ me, healthOf }: PersonView, { random }: AgentContext): Decision {
    const isWorried = me.health === "infected" || me.neighbours.some((id) => healthOf(id) === "infected");
    const staysHome = isWorried && me.health !== "recovered" && random.chance(this.#caution);
    return {
      decision_type: "movement",
      old_value: me.at_home ? "home" : "out",
      new_value: staysHome ? "home" : "out",
      actions: [{ action_type: staysHome ? "stay_home" : "go_out" }],
    };
  }
}
