import { BaseEngine, type World } from "@llm-sim/simulation";
import * as z from "zod";

export interface Stand {
  cash: number;
  price: number;
  /** Cups sold today. */
  sold: number;
}

export interface LemonadeWorld extends World {
  global: { sunny: boolean };
  agents: Record<string, Stand>;
}

const paramsSchema = z.strictObject({ customers: z.int().positive().default(30) });

/** Lemonade stands in one street: the cheaper a stand, the more of the day's customers come. */
export class LemonadeEngine extends BaseEngine<LemonadeWorld, z.infer<typeof paramsSchema>> {
  static readonly params = paramsSchema;
  static readonly memory = "none"; // all it keeps is in the world

  // What agents can do. Each action that is applied is an ACTION event, and causes the STATE events of what it changes.
  readonly actions = {
    set_price: this.action(
      z.strictObject({ price: z.number().positive() }),
      (draft, { agent_id, payload }) => {
        if (payload.price > 10) this.refuse("nobody pays more than 10 for lemonade");
        this.agent(draft, agent_id).price = payload.price;
      },
    ),
  };

  // What happens by itself, before the agents look and after they acted.
  override beforeTurn(): void {
    this.rule("weather", (draft) => {
      draft.global.sunny = this.random.chance(0.6);
    });
  }

  override afterActions(): void {
    this.rule("sales", (draft) => {
      const customers = draft.global.sunny ? this.params.customers : this.params.customers / 3;
      const stands = Object.values(draft.agents);
      const appeal = stands.reduce((sum, { price }) => sum + 1 / price, 0);
      for (const stand of stands) {
        stand.sold = Math.round((customers * (1 / stand.price)) / appeal);
        stand.cash = Math.round((stand.cash + stand.sold * stand.price) * 100) / 100;
      }
    });
  }
}
