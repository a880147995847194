import { EVENT_TYPES } from "@llm-sim/events/schema";
import { type Range, SHORTEST, zoom } from "../timeline/index.ts";
import {
  type Axis,
  EMPTY_FILTER,
  isEmpty,
  MAX_GRAPH_DEPTH,
  type Panel,
  SPEEDS,
  toggle,
  type ViewState,
} from "../view/index.ts";

/** What a button of the page does to its view, by name. */
export interface ViewCommand {
  id: string;
  label: string;
  keys?: string;
  /** Found by these, too. */
  words?: string;
  to: Partial<ViewState>;
}

const PANELS: readonly Panel[] = ["timeline", "events", "inspector", "world"];

/** Every change of the view that a button makes, but those that would change nothing. */
export function viewCommands(
  view: ViewState,
  { domains, asksModels }: { domains: Readonly<Record<Axis, Range>>; asksModels: boolean },
): ViewCommand[] {
  const { filter } = view;
  const commands: (ViewCommand | false)[] = [
    ...PANELS.map((panel) => ({
      id: `only-${panel}`,
      label: `Show only the ${panel}`,
      words: "maximise full",
      to: { maximised: panel },
    })),
    {
      id: "all-parts",
      label: "Show all parts",
      keys: "Esc",
      words: "minimise",
      to: { maximised: undefined },
    },
    { id: "axis-turn", label: "Axis: turns", words: "timeline", to: { axis: "turn", range: undefined } },
    { id: "axis-time", label: "Axis: time", words: "timeline", to: { axis: "time", range: undefined } },
    {
      id: "lanes-name",
      label: "Lanes by name",
      words: "a–z sort",
      to: { laneSort: "name", agentsFolded: false },
    },
    {
      id: "lanes-activity",
      label: "Busiest lanes first",
      words: "sort",
      to: { laneSort: "activity", agentsFolded: false },
    },
    { id: "lanes-folded", label: "Fold all lanes into one", to: { agentsFolded: true } },
    { id: "strip-none", label: "Take the strips away", to: { laneVariable: "" } },
    { id: "zoom-in", label: "Zoom in", keys: "+", to: { range: zoomed(view, domains, 1 / 1.6) } },
    { id: "zoom-out", label: "Zoom out", keys: "−", to: { range: zoomed(view, domains, 1.6) } },
    { id: "zoom-all", label: "Show the whole run", keys: "0", words: "zoom", to: { range: undefined } },
    { id: "step-turn", label: "Play and step by turn", to: { step: "turn" } },
    { id: "step-event", label: "Play and step by event", to: { step: "event" } },
    ...SPEEDS.map((speed) => ({
      id: `speed-${speed}`,
      label: `Play at ${speed}×`,
      words: "speed",
      to: { speed },
    })),
    { id: "world-table", label: "World as a table", to: { world: "table" } },
    { id: "world-charts", label: "World as charts", words: "curves", to: { world: "charts" } },
    {
      id: "scale-log",
      label: "Charts on a logarithmic scale",
      words: "log",
      to: { chartScale: "log", world: "charts" },
    },
    { id: "scale-linear", label: "Charts on a linear scale", to: { chartScale: "linear" } },
    {
      id: "inspect-overview",
      label: "Overview of the run",
      words: "inspector what happened",
      to: { selected: undefined },
    },
    view.selected !== undefined && {
      id: "inspect-event",
      label: "Inspect the event",
      to: { inspector: "event" },
    },
    view.selected !== undefined && {
      id: "inspect-graph",
      label: "Causes and effects as a graph",
      words: "inspector",
      to: { inspector: "graph" },
    },
    {
      id: "graph-deeper",
      label: "Graph: one step further",
      words: "depth",
      to: { graphDepth: Math.min(MAX_GRAPH_DEPTH, view.graphDepth + 1) },
    },
    {
      id: "graph-nearer",
      label: "Graph: one step less",
      words: "depth",
      to: { graphDepth: Math.max(1, view.graphDepth - 1) },
    },
    asksModels && { id: "list-calls", label: "List model calls", to: { list: "calls" } },
    { id: "list-events", label: "List events", to: { list: "events" } },
    ...EVENT_TYPES.map((kind) => ({
      id: `kind-${kind}`,
      label: `${filter.kinds.includes(kind) ? "Filter no longer" : "Filter"} by kind: ${kind}`,
      to: { filter: { ...filter, kinds: toggle(filter.kinds, kind) } },
    })),
    !isEmpty(filter) && { id: "filter-clear", label: "Clear the filter", to: { filter: EMPTY_FILTER } },
    { id: "condition-clear", label: "Take the condition away", to: { condition: "" } },
    { id: "to-start", label: "To the start of the run", to: { playhead: { turn: 0 }, follow: false } },
    { id: "to-end", label: "To the end of the run", to: { playhead: undefined } },
  ];
  return commands.filter((command) => command !== false).filter(({ to }) => changes(view, to));
}

function zoomed(view: ViewState, domains: Readonly<Record<Axis, Range>>, factor: number): Range | undefined {
  const domain = domains[view.axis];
  const range = view.range ?? domain;
  const next = zoom(range, domain, factor, (range.from + range.to) / 2, SHORTEST[view.axis]);
  return next.from <= domain.from && next.to >= domain.to ? undefined : next;
}

function changes(view: ViewState, to: Partial<ViewState>): boolean {
  const now: Readonly<Record<string, unknown>> = { ...view };
  return Object.entries(to).some(([name, value]) => value !== now[name]);
}
