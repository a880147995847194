import type { Part } from "@llm-sim/api";
import { isRefusal } from "@llm-sim/events/schema";
import { eventAgent, eventName } from "@llm-sim/events/words";
import { eachOf, type Steps } from "../../pace/index.ts";
import type { RunView } from "../../reader/index.ts";
import { Background } from "./background.ts";
import { withinSteps } from "./budget.ts";
import type { KnownEvents } from "./known-events.ts";
import type { Passage } from "./passage.ts";
import { alike, holding, MANY, readings } from "./together.ts";

/** What a rule read is looked behind for the decisions that brought it about: so many of the nearest values. */
const MAX_LOOKED_BEHIND = 4096;
/** From rule to rule, until a decision is found. */
const MAX_RULES_BETWEEN = 3;
/** Rules of so many names are followed at a time, of each the nearest. */
const MAX_WAYS = 3;

/** What an explanation tells, in its order, and what it knows of it. */
export interface Story {
  passages: Passage[];
  events: KnownEvents;
  /** Of what carried the write out: the variable's own write before, which it read. */
  ownBefore: ReadonlyMap<number, number>;
  missing: { event_id: string; row: number }[];
}

/**
 * An explanation by relevance: the event in question, what carried it out, the decisions, what they and it rested on,
 * conditions, and last what was remembered. It ends by itself: a value that somebody read is told, not explained; where a
 * rule or a refusal read it, it is looked behind for whose decision brought it about.
 */
export function* storyOf(view: RunView, start: number, most: number): Steps<Story> {
  const background = new Background(view, start);
  const { events, missing, ownBefore } = background;
  const told = yield* new Teller(view, start, background).tell();
  const passages = withinSteps(yield* alike(told, events), most);
  yield* events.learn([...passages.flatMap(({ rows }) => rows), ...ownBefore.values()]);
  return { passages, events, missing, ownBefore };
}

class Teller {
  readonly #passages: Passage[] = [];
  readonly #view: RunView;
  readonly #start: number;
  readonly #background: Background;
  readonly #events: KnownEvents;
  readonly #told = new Set<number>();
  /** Agents that the actions and decisions on the way speak of. */
  readonly #spokenOf = new Set<string>();

  constructor(view: RunView, start: number, background: Background) {
    this.#view = view;
    this.#start = start;
    this.#background = background;
    this.#events = background.events;
  }

  *tell(): Steps<readonly Passage[]> {
    const background = this.#background;
    const start = this.#start;
    const asked = this.#events.of(start);
    this.#pass("asked", start, -1);
    const isChange = asked.event_type === "STATE";
    const carriers = isChange
      ? background.causesOf(start).filter((row) => background.kind(row) !== "STATE")
      : [start];
    for (const row of carriers) this.#pass("carried", row, start);
    const before = yield* background.makersBefore(carriers);
    for (const row of carriers.length === 0 ? [start] : carriers) {
      const own = background.ownBefore.get(row);
      if (own !== undefined) this.#told.add(own);
    }
    for (const { row, from } of before) this.#pass("behind", row, from);
    const actors = carriers.filter((row) => background.kind(row) !== "DECISION");
    yield* eachOf(actors, (row) => this.#speaksOf(row));

    const deciders = carriers.filter((row) => background.kind(row) === "DECISION");
    yield* eachOf(actors, (row) => void deciders.push(...this.#decide("decided", row)));
    yield* eachOf(deciders, (row) => this.#calls(row));
    const behind: number[] = before.flatMap(({ row }) => this.#decide("behind", row));
    for (const row of actors) {
      const isSeekingMore = deciders.length === 0 || isRefusal(this.#events.of(row));
      const reads = yield* background.readsOf(row);
      const sought = isSeekingMore ? reads : yield* holding(background.value([row]), reads, this.#events);
      const hasDecision = deciders.length > 0 || behind.length > 0;
      behind.push(...(yield* this.#lookBehind(row, sought, MAX_RULES_BETWEEN, hasDecision)));
    }
    yield* eachOf(deciders, (row) => this.#speaksOf(row));
    // What a refusal rests on says more than what was decided before it.
    const isRefused = isRefusal(asked);
    if (isRefused) yield* this.#rested([start], "rested");
    yield* this.#rested(deciders, "rested");
    if (isChange) yield* this.#rested([start], "rested");
    yield* this.#rested(actors, "rested");
    for (const row of actors) yield* this.#conditions(row);
    yield* this.#rested(behind, "rested", true);
    for (const row of deciders) yield* this.#remembered(row, false);
    for (const row of behind) yield* this.#remembered(row, true);
    return this.#passages;
  }

  #pass(part: Part, row: number, from: number, isAside = false): boolean {
    if (this.#told.has(row)) return false;
    this.#told.add(row);
    this.#passages.push({ part, rows: [row], from, isAside });
    return true;
  }

  /** The decisions that an action was carried out for. */
  #decide(part: Part, actor: number): number[] {
    const decisions = this.#background
      .causesOf(actor)
      .filter((row) => this.#background.isDecisionFor(row, actor));
    return decisions.filter((row) => this.#pass(part, row, actor));
  }

  #calls(decision: number): void {
    for (const row of this.#background.causesOf(decision))
      if (this.#background.isModelCall(row)) this.#pass("decided", row, decision);
  }

  /**
   * Tells of the actions and decisions that made what was read, those of the turn in question first; where rules made it all,
   * of those and what is behind them.
   *
   * @returns the decisions
   */
  *#lookBehind(
    reader: number,
    reads: readonly number[],
    hops: number,
    hasDecision: boolean,
  ): Steps<number[]> {
    const background = this.#background;
    const sought = yield* background.alone(reads);
    const seen = yield* this.#events.learn(sought.slice(0, MAX_LOOKED_BEHIND));
    const makers = seen
      .toSorted((a, b) => background.nearness(b) - background.nearness(a))
      .flatMap((row) => (background.kind(row) === "STATE" ? background.causesOf(row) : [row]));
    const decisions: number[] = [];
    const rules: number[] = [];
    for (const maker of new Set(makers)) {
      if (background.kind(maker) === "DETAIL") {
        if (!background.isConditions(maker)) rules.push(maker);
        continue;
      }
      if (background.kind(maker) === "STATE" || background.isModelCall(maker)) continue;
      this.#pass("behind", maker, reader);
      if (background.kind(maker) === "DECISION") decisions.push(maker);
      else decisions.push(...this.#decide("behind", maker));
    }
    const isFound = hasDecision || decisions.length > 0;
    const followed = new Set<string>();
    yield* this.#events.learn(rules);
    for (const rule of rules) {
      const name = eventName(this.#events.of(rule));
      const isOnTheWay = !isFound && hops > 0 && followed.size < MAX_WAYS && !followed.has(name);
      // The same rule, some turns before: what it left is told.
      if (!isOnTheWay && name === eventName(this.#events.of(reader))) continue;
      if (!this.#pass("behind", rule, reader, !isOnTheWay) || !isOnTheWay) continue;
      followed.add(name);
      const read = yield* background.readsOf(rule);
      decisions.push(...(yield* this.#lookBehind(rule, read, hops - 1, false)));
    }
    return decisions;
  }

  /** Notes which agents an action or a decision names. */
  #speaksOf(row: number): void {
    const event = this.#events.of(row);
    const said: unknown[] =
      event.event_type === "ACTION"
        ? [event.agent_id, event.participating_agent_ids, event.action_payload]
        : event.event_type === "DECISION"
          ? [event.new_value, event.details?.memory]
          : event.event_type === "DETAIL"
            ? [event.agent_id, event.intermediate_values]
            : [event.event_type === "STATE" ? event.agent_id : undefined];
    for (const name of namesIn(said)) if (this.#view.agents.has(name)) this.#spokenOf.add(name);
  }

  /** What somebody read; of many who did the same together. */
  *#rested(readers: readonly number[], part: Part, isAside = false): Steps {
    if (readers.length < MANY)
      for (const reader of readers) yield* this.#restedTogether([reader], part, isAside);
    else yield* this.#restedTogether(readers, part, isAside);
  }

  *#restedTogether(readers: readonly number[], part: Part, isAside: boolean): Steps {
    const background = this.#background;
    const rows = new Map<number, number>();
    for (const reader of readers) {
      for (const row of yield* background.readsOf(reader)) {
        if (this.#told.has(row) || rows.has(row)) continue;
        rows.set(row, reader);
      }
    }
    const read = new Map<number, number>();
    yield* eachOf(yield* this.#events.learn([...rows.keys()]), (row) => {
      const reader = rows.get(row) ?? -1;
      const isOwn = background.ownBefore.has(reader) && background.isAsked(row);
      if (!isOwn && !background.isThereAnyway(row, reader)) read.set(row, reader);
    });
    for (const row of rows.keys()) this.#told.add(row);
    const passages = yield* readings(read, {
      events: this.#events,
      spokenOf: this.#spokenOf,
      value: background.value(readers),
      agent: eventAgent(this.#events.of(this.#start)),
      isBrief: part === "remembered",
    });
    for (const passage of passages)
      this.#passages.push({ ...passage, part, isAside: isAside || passage.isAside === true });
  }

  /** What a hook read around its rules counts for each of them. */
  *#conditions(actor: number): Steps {
    for (const row of this.#background
      .causesOf(actor)
      .filter((cause) => this.#background.isConditions(cause))) {
      this.#pass("conditions", row, actor);
      yield* this.#rested([row], "conditions");
    }
  }

  /** The decision in which what was remembered was kept; what that rested on, where it is known to be what was read. */
  *#remembered(decision: number, isAside: boolean): Steps {
    const feared = this.#background.feared(decision);
    for (const row of this.#background
      .memoriesOf(decision)
      .sort((a, b) => this.#weight(b) - this.#weight(a) || b - a)) {
      if (!this.#pass("remembered", row, decision, isAside) || this.#background.turn(row) === feared)
        continue;
      this.#spokenOf.clear();
      this.#speaksOf(row);
      yield* this.#rested([row], "remembered", isAside);
    }
  }

  /** Memory of whom the actions on the way speak comes first. */
  #weight(decision: number): number {
    const names = namesIn([this.#events.of(decision).details?.memory]);
    return names.some((name) => this.#spokenOf.has(name)) ? 1 : 0;
  }
}

/** Texts and names of members in a value, as far as one looks. */
function namesIn(values: readonly unknown[]): string[] {
  const names: string[] = [];
  const queue = [...values];
  for (const value of queue) {
    if (queue.length > 1000) break;
    if (typeof value === "string") names.push(value);
    else if (Array.isArray(value)) queue.push(...value);
    else if (typeof value === "object" && value !== null) {
      names.push(...Object.keys(value));
      queue.push(...Object.values(value));
    }
  }
  return names;
}
