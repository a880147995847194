import type { EventType } from "@llm-sim/events/schema";
import type { ChartScale } from "../charts/index.ts";
import type { WorldSort } from "./world-sort.ts";

/** Which events the whole page is about. */
export interface ViewFilter {
  kinds: readonly EventType[];
  agents: readonly string[];
  involving: readonly string[];
  turns: Span<number>;
  /** Timestamps. */
  time: Span<string>;
  text: string;
  /** Where the text is looked for: in descriptions, or anywhere, prompts and answers too. */
  searchIn: "description" | "payload";
}

/** Both ends inclusive; open where absent. */
export interface Span<T> {
  from?: T | undefined;
  to?: T | undefined;
}

/** Where the playhead stands: at the end of a turn, or, with `eventId`, right behind that event. */
export interface Playhead {
  turn: number;
  eventId?: string | undefined;
}

export type Axis = "turn" | "time";
export type LaneSort = "name" | "activity";
export type Panel = "timeline" | "events" | "inspector" | "world";
export type PlayStep = "event" | "turn";

export const WORLD_VIEWS = ["table", "charts", "grid", "matrix"] as const;
export type WorldView = (typeof WORLD_VIEWS)[number];

export const SPEEDS = [0.5, 1, 2, 4, 8, 16] as const;
export const MAX_GRAPH_DEPTH = 20;

/** All of what a run's page shows; a link carries it whole. */
export interface ViewState {
  filter: ViewFilter;
  selected: string | undefined;
  /** `undefined` is the end of the run. */
  playhead: Playhead | undefined;
  axis: Axis;
  /** The part of the axis on screen, in turns or microseconds since 1970; `undefined` is the whole run. */
  range: { from: number; to: number } | undefined;
  laneSort: LaneSort;
  agentsFolded: boolean;
  /** What the list is of. */
  list: "events" | "calls";
  /** What came of the calls that are listed: a status or an outcome in the API's words; `undefined` is any. */
  outcome: string | undefined;
  inspector: "event" | "graph";
  graphDepth: number;
  world: WorldView;
  /** `undefined`: agents by name. */
  worldSort: WorldSort | undefined;
  /** The two-dimensional variable that is shown as a grid, as names are written everywhere; empty is the page's own choice. */
  gridVariable: string;
  /** Variables in the charts; none is the page's own choice. */
  variables: readonly string[];
  chartScale: ChartScale;
  /** What is asked when it became true: `alice.wealth < 200`; empty where nothing is. */
  condition: string;
  /** The variable that each lane shows as a strip: its name alone, whoever's it is; empty where none is. */
  laneVariable: string;
  /** A panel that fills the page. */
  maximised: Panel | undefined;
  step: PlayStep;
  speed: number;
  /** Keeps to the end of a running simulation. */
  follow: boolean;
}

export const EMPTY_FILTER: ViewFilter = {
  kinds: [],
  agents: [],
  involving: [],
  turns: {},
  time: {},
  text: "",
  searchIn: "description",
};

export const DEFAULT_VIEW: ViewState = {
  filter: EMPTY_FILTER,
  selected: undefined,
  playhead: undefined,
  axis: "turn",
  range: undefined,
  laneSort: "name",
  agentsFolded: false,
  list: "events",
  outcome: undefined,
  inspector: "event",
  graphDepth: 3,
  world: "table",
  worldSort: undefined,
  gridVariable: "",
  variables: [],
  chartScale: "linear",
  condition: "",
  laneVariable: "",
  maximised: undefined,
  step: "turn",
  speed: 1,
  follow: false,
};
