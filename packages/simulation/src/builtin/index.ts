import { BasicValidator } from "../validator/index.ts";
import { MarketEngine } from "./market-engine.ts";
import { TraderAgent } from "./trader.ts";

export {
  MarketEngine,
  type MarketView,
  type MarketWorld,
  type Offer,
  type Trader,
} from "./market-engine.ts";
export { TraderAgent } from "./trader.ts";

/** What a config can name without a path. */
export const BUILT_IN = {
  engine: { market: MarketEngine },
  agent: { trader: TraderAgent },
  validator: { basic: BasicValidator },
} as const;
