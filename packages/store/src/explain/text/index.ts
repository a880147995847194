export { compareLines } from "./compare-lines.ts";
export { findLines, stateLines } from "./state-lines.ts";
export { effectsLines, gapsLine, historyLines, whyLines, widestLines } from "./why-lines.ts";
