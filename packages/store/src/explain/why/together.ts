import { VariableMap } from "@llm-sim/events/naming";
import type { Event, JsonValue, StateEvent } from "@llm-sim/events/schema";
import { eventAgent, eventName } from "@llm-sim/events/words";
import { eachOf, type Steps } from "../../pace/index.ts";
import type { KnownEvents } from "./known-events.ts";
import type { Passage } from "./passage.ts";

/** Agents who do the same, and values of the same name, are told of together from this number on. */
export const MANY = 4;
/** Of what the deciders spoke of: so many are told of one by one. */
const MAX_CLOSE = 3;

/** Passages about actions, rules and decisions that say the same told of together, where the first of them stands. */
export function* alike(passages: readonly Passage[], events: KnownEvents): Steps<Passage[]> {
  const agents = new Map<string, Set<string>>();
  const named: ({ name: string; event: Event } | undefined)[] = [];
  yield* eachOf(passages, (passage) => {
    if (passage.part !== "carried" && passage.part !== "decided" && passage.part !== "behind") {
      named.push(undefined);
      return;
    }
    const event = events.of(passage.rows[0] ?? -1);
    const name = JSON.stringify([passage.part, event.event_type, eventName(event)]);
    agents.set(name, (agents.get(name) ?? new Set()).add(eventAgent(event) ?? ""));
    named.push({ name, event });
  });
  const together: Passage[] = [];
  const known = new Map<string, Passage>();
  yield* eachOf(passages.entries(), ([place, passage]) => {
    const of = named[place];
    if (of === undefined) {
      together.push(passage);
      return;
    }
    const isOfMany = (agents.get(of.name)?.size ?? 0) >= MANY;
    const key = isOfMany ? of.name : `${of.name} ${JSON.stringify(contentOf(of.event))}`;
    const first = known.get(key);
    if (first !== undefined) first.rows.push(...passage.rows);
    else {
      const copy = { ...passage, rows: [...passage.rows] };
      known.set(key, copy);
      together.push(copy);
    }
  });
  // The nearest first: of what was looked behind, another way may have come upon an earlier one before.
  for (const { rows } of known.values()) rows.sort((a, b) => b - a);
  return together;
}

/** What has to be equal where few do the same. */
function contentOf(event: Event): unknown {
  if (event.event_type === "ACTION") return [event.turn_number, event.action_payload];
  if (event.event_type === "DECISION") return [event.turn_number, event.new_value ?? event.event_id];
  return event.event_type === "DETAIL" ? event.agent_id : event.event_id;
}

interface Told {
  events: KnownEvents;
  /** Agents that what was decided and done speaks of: their values come first, one by one. */
  spokenOf: ReadonlySet<string>;
  /** A value that may have been taken over: those that are the same come before all. */
  value: JsonValue | undefined;
  /** Whose the event in question is: his values come first, too, where nobody in particular read them. */
  agent: string | undefined;
  /** Only the first are told of one by one. */
  isBrief: boolean;
}

type Readings = Omit<Passage, "part">;

/**
 * What was read, in passages: first the same value, then what is about those of whom the decision speaks, then the reader's
 * own, then what is left, what was so from the start last; values of one name of many agents, or of one name but for one
 * step, in one passage.
 *
 * @param rows what was read, with who read it
 */
export function* readings(rows: ReadonlyMap<number, number>, told: Told): Steps<Readings[]> {
  const { events } = told;
  const latest = yield* latestOf([...rows.keys()], events);
  const same = new Set(yield* holding(told.value, latest, events));
  const classes: [number[], number[], number[], number[]] = [[], [], [], []];
  yield* eachOf(latest, (row) => {
    if (!same.has(row)) classes[closeness(events.of(row), events.of(rows.get(row) ?? -1), told)].push(row);
  });
  const [close, ...others] = classes;
  const first =
    same.size + close.length <= MAX_CLOSE ? [...same, ...close] : same.size <= MAX_CLOSE ? [...same] : [];
  const rest = [...same, ...close, ...others.flat()].filter((row) => !first.includes(row));
  const groups =
    told.isBrief && rest.length > 1
      ? [{ rows: rest, isRest: true, isAside: first.length > 0 }]
      : yield* grouped(rest, events);
  return [...first.map((row) => ({ rows: [row] })), ...groups].map((group) => ({
    ...group,
    isRead: true,
    from: rows.get(group.rows[0] ?? -1) ?? -1,
  }));
}

/** Of a variable that was read twice the later write: the earlier one says that it is there. */
function* latestOf(rows: readonly number[], events: KnownEvents): Steps<number[]> {
  const known = new VariableMap<number>();
  yield* eachOf(rows, (row) => {
    const event = events.of(row);
    if (event.event_type !== "STATE") return;
    const { agent_id, variable_name } = event;
    known.set(agent_id, variable_name, Math.max(row, known.get(agent_id, variable_name) ?? row));
  });
  const latest: number[] = [];
  yield* eachOf(rows, (row) => {
    const event = events.of(row);
    if (event.event_type !== "STATE" || known.get(event.agent_id, event.variable_name) === row)
      latest.push(row);
  });
  return latest;
}

/** Writes of that very value. */
export function* holding(
  value: JsonValue | undefined,
  rows: readonly number[],
  events: KnownEvents,
): Steps<number[]> {
  if (value === undefined) return [];
  const same = JSON.stringify(value);
  const held: number[] = [];
  yield* eachOf(yield* events.learn(rows), (row) => {
    const event = events.of(row);
    if (event.event_type === "STATE" && JSON.stringify(event.new_value) === same) held.push(row);
  });
  return held;
}

/** 0 of those spoken of, 1 the reader's own, 2 anything else, 3 what was so from the start. */
function closeness(event: Event, reader: Event, { spokenOf, agent: asked }: Told): 0 | 1 | 2 | 3 {
  const me = eventAgent(reader);
  if (me === undefined && asked !== undefined && eventAgent(event) === asked) return 0;
  const agent = eventAgent(event);
  const about = [agent, ...(event.event_type === "STATE" ? event.variable_name.split(".") : [])];
  if (event.event_type === "ACTION") about.push(...(event.participating_agent_ids ?? []));
  if (about.some((name) => name !== undefined && name !== me && spokenOf.has(name))) return 0;
  if (event.turn_number === 0) return 3;
  return agent !== undefined && agent === me ? 1 : 2;
}

function* grouped(rows: readonly number[], events: KnownEvents): Steps<Pick<Passage, "rows" | "pattern">[]> {
  const places = new Map<number, { rows: number[]; pattern?: string }>();
  const left = new Set(rows);
  const take = (members: readonly number[], pattern: string | undefined) => {
    const fresh = members.filter((row) => left.has(row));
    const [first] = fresh;
    if (fresh.length < MANY || first === undefined) return;
    for (const row of fresh) left.delete(row);
    places.set(first, { rows: fresh, ...(pattern === undefined ? {} : { pattern }) });
  };
  const takeAll = (keyed: Iterable<[string, number[]]>) =>
    eachOf(keyed, ([key, members]) => take(members, patternOf(key)));
  yield* takeAll(yield* byKey(rows, (row) => wholeNames(events.of(row))));
  const partly = yield* byKey([...left], (row) => namesBut(events.of(row)));
  yield* takeAll([...partly].sort((a, b) => b[1].length - a[1].length));
  return rows.flatMap((row) => places.get(row) ?? (left.has(row) ? [{ rows: [row] }] : []));
}

function* byKey(rows: readonly number[], keysOf: (row: number) => string[]): Steps<Map<string, number[]>> {
  const byKeys = new Map<string, number[]>();
  yield* eachOf(rows, (row) => {
    for (const key of keysOf(row)) {
      const known = byKeys.get(key);
      if (known) known.push(row);
      else byKeys.set(key, [row]);
    }
  });
  return byKeys;
}

const STATE = "STATE ";

/** Of an agent's variable its name, of anything else that was read what it is. */
function wholeNames(event: Event): string[] {
  if (event.event_type !== "STATE") return [`${event.event_type} ${eventName(event)}`];
  return event.agent_id === undefined ? [] : [`${STATE}*.${event.variable_name}`];
}

/** The names with one step left open. */
function namesBut(event: Event): string[] {
  if (event.event_type !== "STATE") return [];
  const steps = stepsOf(event);
  if (steps.length < 2 || steps.length > 8) return [];
  return steps.flatMap((_, open) => {
    // An agent's variables are different things, not members of one.
    if (event.agent_id !== undefined && (open === 0 || steps.length < 3)) return [];
    return [`${STATE}${steps.map((step, at) => (at === open ? "*" : step)).join(".")}`];
  });
}

/** Names are compared, not shown whole: that a key may hold a dot does no harm. */
function stepsOf({ agent_id, variable_name }: StateEvent): string[] {
  return [...(agent_id === undefined ? [] : [agent_id]), ...variable_name.split(".")];
}

function patternOf(key: string): string | undefined {
  return key.startsWith(STATE) ? key.slice(STATE.length) : undefined;
}
