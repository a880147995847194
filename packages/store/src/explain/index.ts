export { WriteCheck } from "./certainty/index.ts";
export { type Matched, matchedEvents } from "./compare/index.ts";
export { compareRuns, RunExplainer } from "./explainer.ts";
export { Explanations } from "./explanations.ts";
export { isStateNotRecorded, type Recording, recordingOf } from "./recording/index.ts";
export type { TurnEndPlace } from "./state/index.ts";
export {
  compareLines,
  effectsLines,
  findLines,
  gapsLine,
  historyLines,
  stateLines,
  whyLines,
  widestLines,
} from "./text/index.ts";
