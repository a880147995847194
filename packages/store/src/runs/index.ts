export { detailsOf, MOST_TROUBLES, mayHaveAsked } from "./details.ts";
export { type FoundRun, findRun, isRunDirectory } from "./discovery.ts";
export { glance, summaryAtAGlance } from "./glance.ts";
export { Lineage } from "./lineage.ts";
export { logAsItIs } from "./log-as-it-is.ts";
export { LATEST, noSuchRun, type RunPlace, resolvePlace } from "./resolve.ts";
export { newestFirst, RunList } from "./run-list.ts";
export { type FullRunSummary, saidAtEnd, statusOf, summarize, summarizeUnread } from "./summarize.ts";
