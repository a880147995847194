import { BasicValidator } from "../validator/index.ts";
import { MarketEngine } from "./market/market-engine.ts";
import { TraderAgent } from "./market/trader.ts";

export {
  MarketEngine,
  type MarketView,
  type MarketWorld,
  type Offer,
  type Trader,
} from "./market/market-engine.ts";
export { TraderAgent } from "./market/trader.ts";

/** What a config can name without a path. */
export const BUILT_IN = {
  engine: { market: MarketEngine },
  agent: { trader: TraderAgent },
  validator: { basic: BasicValidator },
} as const;
