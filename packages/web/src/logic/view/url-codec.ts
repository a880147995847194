import { EVENT_TYPES, type EventType, eventIdSchema, parseTimestamp } from "@llm-sim/events/schema";
import {
  DEFAULT_VIEW,
  MAX_GRAPH_DEPTH,
  type Panel,
  type Playhead,
  SPEEDS,
  type Span,
  type ViewFilter,
  type ViewState,
  WORLD_VIEWS,
} from "./view-state.ts";
import { readWorldSort, writeWorldSort } from "./world-sort.ts";

/** A view as the flat text of a URL's query; what is as by default is left out. */
export type ViewParameters = Record<string, string>;

const PANELS: readonly Panel[] = ["timeline", "events", "inspector", "world"];

/** `?types=ACTION&turns=5..10&at=7&event=01J…` */
export function writeRunView(view: ViewState): ViewParameters {
  const { filter } = view;
  return withoutEmpty({
    types: filter.kinds.join(","),
    agents: filter.agents.join(","),
    involving: filter.involving.join(","),
    turns: writeSpan(filter.turns),
    time: writeSpan(filter.time),
    q: filter.text,
    in: filter.searchIn === "payload" ? "payload" : undefined,
    event: view.selected,
    at: view.playhead && `${view.playhead.turn}${view.playhead.eventId ? `@${view.playhead.eventId}` : ""}`,
    axis: view.axis === "time" ? "time" : undefined,
    range: view.range && `${trim(view.range.from)}..${trim(view.range.to)}`,
    lanes: view.laneSort === "activity" ? "activity" : undefined,
    fold: view.agentsFolded ? "agents" : undefined,
    list: view.list === "calls" ? "calls" : undefined,
    outcome: view.outcome,
    inspect: view.inspector === "graph" ? "graph" : undefined,
    depth: view.graphDepth === DEFAULT_VIEW.graphDepth ? undefined : String(view.graphDepth),
    world: view.world === "table" ? undefined : view.world,
    sort: view.worldSort && writeWorldSort(view.worldSort),
    grid: view.gridVariable,
    variables: view.variables.join(","),
    scale: view.chartScale === "log" ? "log" : undefined,
    when: view.condition,
    strip: view.laneVariable,
    full: view.maximised,
    step: view.step === "event" ? "event" : undefined,
    speed: view.speed === 1 ? undefined : String(view.speed),
    follow: view.follow ? "1" : undefined,
  });
}

/** Reads what `writeRunView` wrote, and whatever a person made of it: what does not fit is as by default. */
export function readRunView(parameters: Readonly<Record<string, unknown>>): ViewState {
  const text = (name: string): string => {
    const value = parameters[name];
    return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
  };
  const list = (name: string): string[] => [
    ...new Set(
      text(name)
        .split(",")
        .filter((item) => item !== ""),
    ),
  ];
  const filter: ViewFilter = {
    kinds: list("types").filter(isEventType),
    agents: list("agents"),
    involving: list("involving"),
    turns: readTurns(text("turns")),
    time: readTimes(text("time")),
    text: text("q"),
    searchIn: text("in") === "payload" ? "payload" : "description",
  };
  return {
    filter,
    selected: eventIdSchema.safeParse(text("event")).data,
    playhead: readPlayhead(text("at")),
    axis: text("axis") === "time" ? "time" : "turn",
    range: readRange(text("range")),
    laneSort: text("lanes") === "activity" ? "activity" : "name",
    agentsFolded: text("fold") === "agents",
    list: text("list") === "calls" ? "calls" : "events",
    outcome: /^[a-z_]+$/.exec(text("outcome"))?.[0],
    inspector: text("inspect") === "graph" ? "graph" : "event",
    graphDepth: readDepth(text("depth")),
    world: WORLD_VIEWS.find((one) => one === text("world")) ?? "table",
    worldSort: readWorldSort(text("sort")),
    gridVariable: text("grid"),
    variables: [...new Set(text("variables").match(NAME) ?? [])],
    chartScale: text("scale") === "log" ? "log" : "linear",
    condition: text("when"),
    laneVariable: text("strip"),
    maximised: PANELS.find((panel) => panel === text("full")),
    step: text("step") === "event" ? "event" : "turn",
    speed: SPEEDS.find((speed) => String(speed) === text("speed")) ?? 1,
    follow: text("follow") === "1",
  };
}

/** Of names between commas, one: within quotes a comma is the name's. */
const NAME = /(?:"(?:\\.|[^"\\])*"|[^,])+/gs;

function isEventType(text: string): text is EventType {
  return EVENT_TYPES.some((kind) => kind === text);
}

function writeSpan(span: Span<number | string>): string | undefined {
  return span.from === undefined && span.to === undefined
    ? undefined
    : `${span.from ?? ""}..${span.to ?? ""}`;
}

/** `5..10`, `5..`, `..10`, and `7` for a single one. */
function readEnds(text: string): [string, string] {
  const parts = text.split("..");
  return parts.length === 1 ? [text, text] : [parts[0] ?? "", parts[1] ?? ""];
}

function readTurns(text: string): Span<number> {
  const [from, to] = readEnds(text).map((end) => (/^\d{1,15}$/.test(end) ? Number(end) : undefined));
  return orderly({ from, to });
}

function readTimes(text: string): Span<string> {
  const [from, to] = readEnds(text).map((end) => (parseTimestamp(end) === undefined ? undefined : end));
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function orderly({ from, to }: Span<number>): Span<number> {
  if (from !== undefined && to !== undefined && from > to) return { from: to, to: from };
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function readPlayhead(text: string): Playhead | undefined {
  const [turn = "", event = ""] = text.split("@");
  if (!/^\d{1,15}$/.test(turn)) return undefined;
  const eventId = eventIdSchema.safeParse(event).data;
  return { turn: Number(turn), ...(eventId === undefined ? {} : { eventId }) };
}

function readRange(text: string): ViewState["range"] {
  const [from, to] = readEnds(text).map(Number);
  if (from === undefined || to === undefined || text === "") return undefined;
  return Number.isFinite(from) && Number.isFinite(to) && from < to ? { from, to } : undefined;
}

function readDepth(text: string): number {
  const depth = /^\d+$/.test(text) ? Number(text) : 0;
  return depth >= 1 && depth <= MAX_GRAPH_DEPTH ? depth : DEFAULT_VIEW.graphDepth;
}

/** A thousandth of a turn or microsecond is below what a screen can show. */
function trim(position: number): number {
  return Math.round(position * 1000) / 1000;
}

function withoutEmpty(parameters: Record<string, string | undefined>): ViewParameters {
  const kept: ViewParameters = {};
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined && value !== "") kept[name] = value;
  return kept;
}
