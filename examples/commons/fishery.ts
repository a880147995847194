// A stock of fish that regrows logistically (Verhulst 1838): growth × fish × (1 - fish / capacity), in tonnes a season.
import { type AgentSeed, BaseEngine } from "@llm-sim/simulation";
import * as z from "zod";

export interface Fishery {
  global: { fish: number; regrown: number; boats: number };
  agents: Record<string, { caught: number }>;
}

const params = z.strictObject({
  capacity: z.number().positive(),
  growth: z.number().positive(),
  /** With fewer fish than this the stock has collapsed. */
  collapse_below: z.number().positive(),
});

export class FisheryEngine extends BaseEngine<Fishery, z.infer<typeof params>> {
  static readonly params = params;
  static readonly memory = "none";

  readonly actions = {
    harvest: this.action(
      z.strictObject({ amount: z.number().positive() }),
      (draft, { agent_id, payload }) => {
        const caught = Math.min(payload.amount, draft.global.fish);
        if (caught === 0) this.refuse("there are no fish");
        draft.global.fish = tenths(draft.global.fish - caught);
        this.agent(draft, agent_id).caught = tenths(this.agent(draft, agent_id).caught + caught);
      },
    ),
  };

  override initialState(agents: readonly AgentSeed[]): Fishery {
    const { agents: boats } = super.initialState(agents);
    return { global: { fish: this.params.capacity / 2, regrown: 0, boats: agents.length }, agents: boats };
  }

  override afterActions(): void {
    const { growth, capacity, collapse_below } = this.params;
    this.rule("regrowth", ({ global }) => {
      global.regrown = tenths(growth * global.fish * (1 - global.fish / capacity));
      global.fish = tenths(global.fish + global.regrown);
    });
    if (this.world.global.fish < collapse_below) {
      this.phase("collapse", {
        description: `The stock has collapsed: ${this.world.global.fish} t of fish are left`,
      });
      this.stop("the stock has collapsed");
    }
  }
}

function tenths(tonnes: number): number {
  return Math.round(tonnes * 10) / 10;
}
