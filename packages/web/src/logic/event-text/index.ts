export { directionOf } from "./direction.ts";
export { sentenceOf } from "./sentence.ts";
export { same, type ValueChange, valueChanges } from "./value-change.ts";
