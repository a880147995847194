export { type FilterPart, isEmpty, toCriteria, toggle, without } from "./criteria.ts";
export {
  type Axis,
  DEFAULT_VIEW,
  EMPTY_FILTER,
  type LaneSort,
  MAX_GRAPH_DEPTH,
  type Panel,
  type Playhead,
  type PlayStep,
  type RunView,
  SPEEDS,
  type Span,
  type ViewFilter,
} from "./run-view.ts";
export { readRunView, type ViewParameters, writeRunView } from "./url-codec.ts";
export {
  createViewStore,
  type HistoryStep,
  historyStep,
  sameParameters,
  type ViewStore,
} from "./view-store.ts";
