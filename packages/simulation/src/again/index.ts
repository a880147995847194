export type { EventDifference } from "./difference.ts";
export type { Parting, Recalled } from "./recall.ts";
export type { CodeChange, CodeOptions } from "./recorded-run.ts";
export { type PartingKind, type ReplayOptions, type ReplayReport, replayRun } from "./replay.ts";
export type { Suspect } from "./suspect.ts";
export type { AnswersUsed } from "./tape-answers.ts";
