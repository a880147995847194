export { effectsOf, plural } from "./effects.ts";
export { clause, upperFirst } from "./sentence.ts";
export { listText, valueText } from "./value-text.ts";
export { whyOf } from "./why.ts";
