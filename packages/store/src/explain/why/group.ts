import type { Part } from "@llm-sim/api";
import type { Event, StateEvent } from "@llm-sim/events/schema";
import { eventAgent, eventName } from "@llm-sim/events/words";
import type { Pace } from "../../pace/index.ts";
import type { RunView } from "../../reader/index.ts";
import type { RunIndex } from "../../run-index/index.ts";
import { type Decimal, decimal, minus, plus, Repetitions, ZERO } from "../ledger/index.ts";
import type { Passage } from "./passage.ts";
import { MANY } from "./together.ts";
import type { Walked } from "./walk.ts";

/** Events that are read between two looks at the clock: some milliseconds. */
const READ_AT_ONCE = 128;
const BYTES_AT_ONCE = 1024 * 1024;

/** An event, and those further off that repeat it. */
export class Group {
  readonly event: Event;
  readonly step: Walked;
  readonly repetitions = new Repetitions();
  readonly agents: string[] = [];
  readonly #known = new Set<string>();
  /** All of them, where they are values that were read. */
  readonly members: Event[] = [];
  readonly pattern: string | undefined;
  readonly isRest: boolean;
  readonly isRead: boolean;
  /** What the same reader read has been told of before. */
  readonly isMore: boolean;
  readonly part: Part | undefined;
  /** What the changes of a number come to; `undefined` where one is of no number. */
  sum: Decimal | undefined = ZERO;

  constructor(event: Event, step: Walked, passage?: Passage, isMore = false) {
    this.isMore = isMore;
    this.event = event;
    this.step = step;
    this.pattern = passage?.pattern;
    this.isRest = passage?.isRest ?? false;
    this.isRead = passage?.isRead ?? false;
    this.part = passage?.part;
  }

  add(event: Event): void {
    this.members.push(event);
    const agent = eventAgent(event);
    if (agent !== undefined && !this.#known.has(agent)) {
      this.#known.add(agent);
      this.agents.push(agent);
    }
    const change = event.event_type === "STATE" ? changeOf(event) : undefined;
    this.count(event.turn_number, () => event.event_id, change);
  }

  /** Counts an event that repeats the first. */
  count(turn: number, id: () => string, change: Decimal | undefined): void {
    this.repetitions.add(turn, id);
    this.sum = change === undefined || this.sum === undefined ? undefined : plus(this.sum, change);
  }
}

/** How far a number moved; `undefined` where it was none, before or after. */
export function changeOf({ old_value, new_value }: StateEvent): Decimal | undefined {
  if (typeof old_value !== "number" || typeof new_value !== "number") return undefined;
  return minus(decimal(new_value), decimal(old_value));
}

/**
 * Events that repeat each other told of together, nearest first: those of the same kind, agent and name, of changes those
 * that the same cause made. Where many agents do the same, they are told of together too. The first event stands alone: it
 * is the one in question.
 */
export function grouped(
  index: RunIndex,
  steps: readonly Walked[],
  events: ReadonlyMap<number, Event>,
): Group[] {
  const names = new Map<number, string>();
  const agentsPerName = new Map<string, Set<string>>();
  for (const { row, depth } of steps) {
    const event = events.get(row);
    if (event === undefined || depth === 0) continue;
    const name = JSON.stringify([event.event_type, eventName(event), maker(index, row, event, events)]);
    names.set(row, name);
    agentsPerName.set(name, (agentsPerName.get(name) ?? new Set()).add(eventAgent(event) ?? ""));
  }
  const groups = new Map<string, Group>();
  for (const step of steps) {
    const event = events.get(step.row);
    if (event === undefined) continue;
    const name = names.get(step.row) ?? "";
    const areMany = (agentsPerName.get(name)?.size ?? 0) >= MANY;
    const key = areMany || step.depth === 0 ? name : JSON.stringify([name, eventAgent(event)]);
    const group = groups.get(key) ?? new Group(event, step);
    groups.set(key, group);
    group.add(event);
  }
  return [...groups.values()];
}

/** What made a change, as far as the walk has come: a rule, or an action, whoever's. */
function maker(index: RunIndex, row: number, event: Event, events: ReadonlyMap<number, Event>): string {
  if (event.event_type !== "STATE") return "";
  const rule = event.details?.rule;
  if (typeof rule === "string") return rule;
  const nearest = index.edges.causesOf(row).find((cause) => typeof cause === "number");
  const cause = nearest === undefined ? undefined : events.get(nearest);
  return cause === undefined ? "" : eventName(cause);
}

/** The events of a walk, by row. Throws as `Pace.yieldIfDue`. */
export async function eventsOf(
  view: RunView,
  steps: readonly Walked[],
  pace: Pace,
): Promise<Map<number, Event>> {
  // Read in the log's order, where neighbours come in one go.
  const rows = steps.map(({ row }) => row).sort((a, b) => a - b);
  const events = new Map<number, Event>();
  for (let at = 0; at < rows.length; ) {
    if (pace.isDue) await pace.yieldIfDue();
    const some: number[] = [];
    for (let bytes = 0; at < rows.length && some.length < READ_AT_ONCE && bytes < BYTES_AT_ONCE; at++) {
      const row = rows[at] ?? 0;
      some.push(row);
      bytes += view.index.columns.length(row);
    }
    for (const [place, event] of view.events(some).entries()) events.set(some[place] ?? 0, event);
  }
  return events;
}
