export type { AskedRun, SkippedLines } from "./asked-run.ts";
export { AskingRun } from "./asking-run.ts";
export type { Answered, AsItIs, Run, RunOnDisk } from "./run.ts";
export type { Store, StoreOnDisk } from "./store.ts";
