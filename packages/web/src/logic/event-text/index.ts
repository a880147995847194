export { agentOf, describeEvent, sentenceOf, subtypeOf, variableOf, words } from "./describe-event.ts";
export { directionOf } from "./direction.ts";
export { same, type ValueChange, valueChanges } from "./value-change.ts";
