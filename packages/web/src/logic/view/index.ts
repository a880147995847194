export { agentFromPath, agentToPath } from "./agent-path.ts";
export { type FilterPart, isEmpty, toCriteria, without } from "./criteria.ts";
export { type AgentsOfRun, filterProblem, noAgents } from "./filtered-agents.ts";
export { toggle } from "./toggle.ts";
export { readRunView, type ViewParameters, writeRunView } from "./url-codec.ts";
export {
  type Axis,
  DEFAULT_VIEW,
  EMPTY_FILTER,
  type LaneSort,
  MAX_GRAPH_DEPTH,
  type Panel,
  type Playhead,
  type PlayStep,
  SPEEDS,
  type Span,
  type ViewFilter,
  type ViewState,
  WORLD_VIEWS,
  type WorldView,
} from "./view-state.ts";
export {
  createViewStore,
  type HistoryStep,
  historyStep,
  sameParameters,
  type ViewStore,
} from "./view-store.ts";
export { sameColumn, sortedBy, type WorldColumn, type WorldSort } from "./world-sort.ts";
