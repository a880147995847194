export { compareLines } from "./compare-lines.ts";
export { findLines, stateLines } from "./state-lines.ts";
export { effectsLines, historyLines, whyLines, widestLines } from "./why-lines.ts";
