import type { Immutable } from "immer";
import * as z from "zod";
import { type AgentSeed, BaseEngine } from "../engine/index.ts";
import type { World } from "../world/index.ts";

/** What a trader owns: money at hand, money invested, and goods to trade. */
export interface Trader {
  wealth: number;
  invested: number;
  goods: number;
}

/** Goods that a trader sells, until the end of the next turn. */
export interface Offer {
  quantity: number;
  price: number;
  turn: number;
}

export interface MarketWorld extends World {
  global: { interest_rate: number; price: number; offers: Record<string, Offer> };
  agents: Record<string, Trader>;
}

/** What a trader sees: itself, the market, and the offers of the others by name. */
export interface MarketView {
  me: Trader;
  market: MarketWorld["global"];
}

const paramsSchema = z.strictObject({
  interest_rate: z.number().min(0).default(0.02),
  /** Of one good, before the first trade. */
  price: z.number().positive().default(10),
});

const traderSchema = z.strictObject({
  wealth: z.number().min(0).default(1000),
  invested: z.number().min(0).default(0),
  goods: z.number().min(0).default(20),
});

const amount = z.strictObject({ amount: z.number().positive() });
const offer = z.strictObject({ quantity: z.int().positive(), price: z.number().positive() });
/** At most so many. */
const purchase = z.strictObject({ seller: z.string(), quantity: z.int().positive() });

/** Investments that bear interest, and goods that traders offer to each other. */
export class MarketEngine extends BaseEngine<MarketWorld, z.infer<typeof paramsSchema>> {
  static readonly params = paramsSchema;
  static readonly memory = "none";
  static readonly agentState = traderSchema;

  readonly actions = {
    invest: this.action(amount, (draft, { agent_id, payload }) => {
      const trader = this.agent(draft, agent_id);
      if (trader.wealth < payload.amount) this.refuse(`${agent_id} has ${trader.wealth} to invest`);
      trader.wealth = cents(trader.wealth - payload.amount);
      trader.invested = cents(trader.invested + payload.amount);
    }),

    withdraw: this.action(amount, (draft, { agent_id, payload }) => {
      const trader = this.agent(draft, agent_id);
      if (trader.invested < payload.amount) this.refuse(`${agent_id} has ${trader.invested} invested`);
      trader.invested = cents(trader.invested - payload.amount);
      trader.wealth = cents(trader.wealth + payload.amount);
    }),

    offer: this.action(offer, (draft, { agent_id, payload }) => {
      const { goods } = this.agent(draft, agent_id);
      if (goods < payload.quantity) this.refuse(`${agent_id} has ${goods} goods to sell`);
      draft.global.offers[agent_id] = { ...payload, turn: this.turn };
    }),

    buy: this.interaction(
      "trade",
      purchase,
      ({ payload }) => [payload.seller],
      (draft, { agent_id, payload }) => {
        const { seller } = payload;
        const { offers } = draft.global;
        const offered = offers[seller] ?? this.refuse(`${seller} offers nothing any more`);
        const quantity = Math.min(payload.quantity, offered.quantity); // others may have been quicker
        const buyer = this.agent(draft, agent_id);
        const cost = cents(quantity * offered.price);
        if (buyer.wealth < cost) this.refuse(`${agent_id} has ${buyer.wealth}, which does not pay ${cost}`);
        const other = this.agent(draft, seller);
        if (other.goods < quantity) this.refuse(`${seller} has no ${quantity} goods any more`);
        this.detail("settlement", { quantity, price: offered.price, cost });
        buyer.wealth = cents(buyer.wealth - cost);
        buyer.goods += quantity;
        other.wealth = cents(other.wealth + cost);
        other.goods -= quantity;
        offered.quantity -= quantity;
        if (offered.quantity === 0) delete offers[seller];
        draft.global.price = offered.price;
      },
    ),
  };

  override initialState(agents: readonly AgentSeed[]): MarketWorld {
    const { interest_rate, price } = this.params;
    return {
      global: { interest_rate, price, offers: {} },
      agents: Object.fromEntries(
        agents.map(({ id, initial_state }) => [id, traderSchema.parse(initial_state)]),
      ),
    };
  }

  override observe(agentId: string, world: Immutable<MarketWorld>): Immutable<MarketView> {
    return { me: this.agent(world, agentId), market: world.global };
  }

  override afterActions(): void {
    this.rule(
      "interest",
      (draft) => {
        for (const trader of Object.values(draft.agents)) {
          trader.invested = cents(trader.invested * (1 + draft.global.interest_rate));
        }
      },
      { values: { interest_rate: this.world.global.interest_rate } },
    );
    this.rule("expiry", (draft) => {
      for (const [seller, { turn }] of Object.entries(draft.global.offers)) {
        if (turn < this.turn) delete draft.global.offers[seller];
      }
    });
  }
}

/** Money is kept to the cent, so that a log reads well. */
function cents(money: number): number {
  return Math.round(money * 100) / 100;
}
