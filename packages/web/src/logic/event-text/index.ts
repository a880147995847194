export { agentOf, describeEvent, sentenceOf, subtypeOf, variableOf, words } from "./describe-event.ts";
export { same, type ValueChange, valueChanges } from "./value-change.ts";
