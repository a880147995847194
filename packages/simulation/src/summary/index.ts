export { type SummaryFacts, summaryText } from "./summary-text.ts";
export { writeAtExit, writeSummary } from "./write-summary.ts";
