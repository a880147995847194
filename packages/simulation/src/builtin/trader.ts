import * as z from "zod";
import type { Agent, AgentContext, AgentSetup, Decision, ProposedAction } from "../agent/index.ts";
import type { Random } from "../random/index.ts";
import type { MarketView } from "./market-engine.ts";

const paramsSchema = z
  .strictObject({
    /** The share of its money that it invests when it does. */
    thrift: z.number().min(0).max(1).default(0.3),
    /** How often it would rather sell than buy. */
    supply: z.number().min(0).max(1).default(0.5),
    /** How far, at most, its idea of a good's worth is from the market's. */
    opinion: z.number().min(0).max(1).default(0.2),
  })
  .prefault({});

/** Below this much money at hand it withdraws as much. */
const RESERVE = 100;
const MOST_AT_ONCE = 3;
const OFFERED_AT_ONCE = 5;

/** Buys what it thinks cheap, sells what it has too much of, and invests the rest of the time. */
export class TraderAgent implements Agent<MarketView> {
  static readonly params = paramsSchema;
  static readonly memory = "tracked";
  readonly #id: string;
  readonly #params: z.infer<typeof paramsSchema>;

  constructor({ id, params }: AgentSetup<z.infer<typeof paramsSchema>>) {
    this.#id = id;
    this.#params = params;
  }

  decide(view: MarketView, context: AgentContext): Decision {
    const { opinion, supply } = this.#params;
    const worth = view.market.price * (1 + opinion * (2 * context.random.float() - 1));
    context.detail("valuation", { price: view.market.price, worth });
    const { mood: before = "none" } = context.memory;
    const actions =
      this.#raiseMoney(view) ??
      this.#buy(view, worth, context.random) ??
      (context.random.chance(supply) ? this.#sell(view, worth) : this.#invest(view));
    const mood = actions[0]?.action_type ?? "wait";
    context.memory.mood = mood;
    return { decision_type: "strategy", old_value: before, new_value: mood, actions };
  }

  #raiseMoney({ me }: MarketView): ProposedAction[] | undefined {
    if (me.wealth >= RESERVE || me.invested < RESERVE) return undefined;
    return [{ action_type: "withdraw", payload: { amount: RESERVE } }];
  }

  #buy({ me, market }: MarketView, worth: number, random: Random): ProposedAction[] | undefined {
    const cheap = Object.entries(market.offers).filter(
      ([seller, { price }]) => seller !== this.#id && price <= worth,
    );
    const chosen = random.pick(cheap);
    if (!chosen) return undefined;
    const [seller, { price, quantity }] = chosen;
    const affordable = Math.min(quantity, MOST_AT_ONCE, Math.floor(me.wealth / price));
    return affordable < 1 ? undefined : [{ action_type: "buy", payload: { seller, quantity: affordable } }];
  }

  #sell({ me, market }: MarketView, worth: number): ProposedAction[] {
    const quantity = Math.min(OFFERED_AT_ONCE, me.goods);
    if (quantity < 1 || market.offers[this.#id]) return [];
    return [{ action_type: "offer", payload: { quantity, price: Math.round(worth * 100) / 100 } }];
  }

  #invest({ me }: MarketView): ProposedAction[] {
    const amount = Math.floor(me.wealth * this.#params.thrift);
    return amount < 1 ? [] : [{ action_type: "invest", payload: { amount } }];
  }
}
