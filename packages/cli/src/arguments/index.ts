export { agentId, agentIds } from "./agent-ids.ts";
export { condition } from "./condition.ts";
export { each } from "./each.ts";
export { eventKinds } from "./event-kinds.ts";
export { moment } from "./moment.ts";
export { seeds } from "./seeds.ts";
export { type TurnSpan, turnSpan } from "./span.ts";
export { verbosity } from "./verbosity.ts";
export { wholeNumber } from "./whole-number.ts";
