export type { AskedExplanations, Soon } from "./asked-explanations.ts";
export { fewGaps, WriteCheck, wholeListCompleteness } from "./certainty/index.ts";
export { leftText, type Matched, matchedEvents, rightText } from "./compare/index.ts";
export { compareRuns, RunExplainer } from "./explainer.ts";
export { Explanations } from "./explanations.ts";
export { Tallies } from "./interactions/index.ts";
export { compareAmounts, sumOf } from "./ledger/index.ts";
export { isStateNotRecorded, type Recording, recordingOf } from "./recording/index.ts";
export type { TurnEndPlace } from "./state/index.ts";
