export { detailsOf, type RunDetails } from "./details.ts";
export { type FoundRun, findRun, findRuns, isRunDirectory, listRunIds, refusal } from "./discovery.ts";
export { glance } from "./glance.ts";
export { LATEST, type RunPlace, resolvePlace } from "./resolve.ts";
export { summarize, summarizeUnread } from "./summarize.ts";
export type { FullRunSummary, RunSummary } from "./summary.ts";
