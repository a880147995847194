export { effectsOf } from "./effects.ts";
export { clause, upperFirst } from "./sentence.ts";
export { whyOf } from "./why.ts";
