export { causalityOf, MAX_ENTRIES } from "./causality.ts";
export { decodeCursor, encodeCursor } from "./cursor.ts";
export { MAX_PAGE_BYTES, pageOf } from "./event-page.ts";
export { hintsOf, noAgentText } from "./hints.ts";
export { type LineSearch, lineSearchOf } from "./line-search.ts";
export {
  type ParsedCriteria,
  type ParsedFilter,
  parseCriteria,
  parseFilter,
  requireOrder,
  requireSpans,
  withoutPages,
} from "./parse-filter.ts";
export { RowBitmap, type RowSet } from "./row-set.ts";
export { Selection } from "./selection.ts";
export { TextMatch } from "./text-match.ts";
export { type SearchedRows, type SearchOptions, TextSearches } from "./text-search.ts";
export {
  bucketSpan,
  bucketsAsked,
  MAX_AGENTS,
  noTimeline,
  timelineOf,
  timelineOfCounts,
} from "./timeline.ts";
export type {
  Causality,
  CausalityEntry,
  CausalityOptions,
  EventPage,
  ParsedTimelineQuery,
  Timeline,
} from "./types.ts";
