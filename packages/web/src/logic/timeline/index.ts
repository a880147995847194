export { type Arc, type ArcEnd, arcsOf } from "./arcs.ts";
export { type Flag, type PlacedFlag, placedFlags, tickPixels } from "./axis-flags.ts";
export { type Bar, barAt, barText, type PlacedEvent, spanText } from "./bar.ts";
export {
  activityOf,
  countWithin,
  type Density,
  densityOf,
  foldedAgents,
  gridOver,
  KIND_COUNT,
  peakOf,
  positionOf,
} from "./density.ts";
export { markAt } from "./hit-test.ts";
export { type LaneStrips, laneStrips, NO_CODE, type StripPiece, stripPieces } from "./lane-strips.ts";
export { type Lane, type LaneId, laneOf, laneRows, lanesOf } from "./lanes.ts";
export { type Mark, marksOf } from "./marks.ts";
export { type Tick, timeTicks, turnTicks } from "./ticks.ts";
export { createTimelineCache, type TimelineCache } from "./timeline-cache.ts";
export {
  createTimelineSource,
  type TimelineQuestion,
  type TimelineSource,
} from "./timeline-source.ts";
export { follow, length, pan, type Range, SHORTEST, toPixel, toPosition, within, zoom } from "./viewport.ts";
