export {
  compareAmounts,
  compareSizes,
  type Decimal,
  decimal,
  minus,
  plus,
  signed,
  sumOf,
  ZERO,
} from "./decimal.ts";
export { ledgerOf } from "./ledger.ts";
export { Repetitions } from "./repetition.ts";
export { type Write, writesSince } from "./writes.ts";
