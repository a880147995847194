export { detailsOf, MOST_TROUBLES, mayHaveAsked } from "./details.ts";
export { type FoundRun, findRun, findRuns, isRunDirectory, listRunIds, refusal } from "./discovery.ts";
export { glance } from "./glance.ts";
export { Lineage } from "./lineage.ts";
export { LATEST, type RunPlace, resolvePlace } from "./resolve.ts";
export { type FullRunSummary, saidAtEnd, statusOf, summarize, summarizeUnread } from "./summarize.ts";
