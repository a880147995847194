export { compareSizes, type Decimal, decimal, minus, parseDecimal, plus, signed, ZERO } from "./decimal.ts";
export { ledgerOf } from "./ledger.ts";
export { Repetitions } from "./repetition.ts";
export { type Write, writesSince } from "./writes.ts";
