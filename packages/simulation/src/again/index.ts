export { changesOfConfig } from "./changes.ts";
export type { EventDifference } from "./difference.ts";
export { ModelsByTurn } from "./models-by-turn.ts";
export { type Parting, Recall, type Recalled } from "./recall.ts";
export { type RecordedTurn, recordedTurns } from "./recorded-log.ts";
export { type CodeChange, type CodeOptions, openRecordedRun, type RecordedRun } from "./recorded-run.ts";
export { type PartingKind, type ReplayOptions, type ReplayReport, replayRun } from "./replay.ts";
export type { Suspect } from "./suspect.ts";
export { type AnswersUsed, answersOf, playedModels } from "./tape-answers.ts";
