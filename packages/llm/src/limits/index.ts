export { Budget, BudgetError, type BudgetLimit, refuseUnpriced } from "./budget.ts";
export { Concurrency } from "./concurrency.ts";
export type { Spent } from "./ledger.ts";
export { Rate, type RateLimit } from "./rate.ts";
export { DEFAULT_RETRY, isRetryable, type RetryPolicy, retryDelayMs } from "./retry.ts";
