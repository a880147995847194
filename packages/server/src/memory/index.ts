export { Budget, type Reservation } from "./budget.ts";
export { holdForReply } from "./hold-for-reply.ts";
export { letGoWhenStalled } from "./let-go-when-stalled.ts";
