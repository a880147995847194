export { MAX_MOMENTS, momentAt, momentTurns, neighbourMoment, timeOfId } from "./moments.ts";
export { type Refusal, refusalOf } from "./refusal.ts";
