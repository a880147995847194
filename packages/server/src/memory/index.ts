export type { Reservation } from "./budget.ts";
export { FairBudget } from "./fair-budget.ts";
export { holdForReply } from "./hold-for-reply.ts";
export { letGoWhenStalled } from "./let-go-when-stalled.ts";
export { whenOver } from "./when-over.ts";
