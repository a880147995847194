import type { Part } from "@llm-sim/api";
import { isRefusal } from "@llm-sim/events/schema";
import { eventAgent, eventName } from "@llm-sim/events/words";
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
export function storyOf(view: RunView, start: number, most: number): Story {
  const background = new Background(view, start);
  const { events, missing, ownBefore } = background;
  const told = new Teller(view, start, background).tell();
  const passages = withinSteps(alike(told, events), most);
  events.learn([...passages.flatMap(({ rows }) => rows), ...ownBefore.values()]);
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

  tell(): readonly Passage[] {
    const background = this.#background;
    const start = this.#start;
    const asked = this.#events.of(start);
    this.#pass("asked", start, -1);
    const isChange = asked.event_type === "STATE";
    const carriers = isChange
      ? background.causesOf(start).filter((row) => background.kind(row) !== "STATE")
      : [start];
    for (const row of carriers) this.#pass("carried", row, start);
    const before = background.makersBefore(carriers);
    for (const row of carriers.length === 0 ? [start] : carriers) {
      const own = background.ownBefore.get(row);
      if (own !== undefined) this.#told.add(own);
    }
    for (const { row, from } of before) this.#pass("behind", row, from);
    const actors = carriers.filter((row) => background.kind(row) !== "DECISION");
    for (const row of actors) this.#speaksOf(row);

    const deciders = carriers.filter((row) => background.kind(row) === "DECISION");
    for (const row of actors) deciders.push(...this.#decide("decided", row));
    for (const row of deciders) this.#calls(row);
    const behind: number[] = before.flatMap(({ row }) => this.#decide("behind", row));
    for (const row of actors) {
      const isSeekingMore = deciders.length === 0 || isRefusal(this.#events.of(row));
      const reads = background.readsOf(row);
      const sought = isSeekingMore ? reads : holding(background.value([row]), reads, this.#events);
      behind.push(
        ...this.#lookBehind(row, sought, MAX_RULES_BETWEEN, deciders.length > 0 || behind.length > 0),
      );
    }
    for (const row of deciders) this.#speaksOf(row);
    // What a refusal rests on says more than what was decided before it.
    const isRefused = isRefusal(asked);
    if (isRefused) this.#rested([start], "rested");
    this.#rested(deciders, "rested");
    if (isChange) this.#rested([start], "rested");
    this.#rested(actors, "rested");
    for (const row of actors) this.#conditions(row);
    this.#rested(behind, "rested", true);
    for (const row of deciders) this.#remembered(row, false);
    for (const row of behind) this.#remembered(row, true);
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
  #lookBehind(reader: number, reads: readonly number[], hops: number, hasDecision: boolean): number[] {
    const background = this.#background;
    const seen = this.#events.learn(background.alone(reads).slice(0, MAX_LOOKED_BEHIND));
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
    this.#events.learn(rules);
    for (const rule of rules) {
      const name = eventName(this.#events.of(rule));
      const isOnTheWay = !isFound && hops > 0 && followed.size < MAX_WAYS && !followed.has(name);
      // The same rule, some turns before: what it left is told.
      if (!isOnTheWay && name === eventName(this.#events.of(reader))) continue;
      if (!this.#pass("behind", rule, reader, !isOnTheWay) || !isOnTheWay) continue;
      followed.add(name);
      decisions.push(...this.#lookBehind(rule, background.readsOf(rule), hops - 1, false));
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
  #rested(readers: readonly number[], part: Part, isAside = false): void {
    if (readers.length < MANY) for (const reader of readers) this.#restedTogether([reader], part, isAside);
    else this.#restedTogether(readers, part, isAside);
  }

  #restedTogether(readers: readonly number[], part: Part, isAside: boolean): void {
    const background = this.#background;
    const rows = new Map<number, number>();
    for (const reader of readers) {
      for (const row of background.readsOf(reader)) {
        if (this.#told.has(row) || rows.has(row)) continue;
        rows.set(row, reader);
      }
    }
    const read = this.#events.learn([...rows.keys()]).filter((row) => {
      const reader = rows.get(row) ?? -1;
      return (
        !(background.ownBefore.has(reader) && background.isAsked(row)) &&
        !background.isThereAnyway(row, reader)
      );
    });
    for (const row of rows.keys()) this.#told.add(row);
    this.#passages.push(
      ...readings(new Map(read.map((row) => [row, rows.get(row) ?? -1])), {
        events: this.#events,
        spokenOf: this.#spokenOf,
        value: background.value(readers),
        agent: eventAgent(this.#events.of(this.#start)),
        isBrief: part === "remembered",
      }).map((passage) => ({ ...passage, part, isAside: isAside || passage.isAside === true })),
    );
  }

  /** What a hook read around its rules counts for each of them. */
  #conditions(actor: number): void {
    for (const row of this.#background
      .causesOf(actor)
      .filter((cause) => this.#background.isConditions(cause))) {
      this.#pass("conditions", row, actor);
      this.#rested([row], "conditions");
    }
  }

  /** The decision in which what was remembered was kept; what that rested on, where it is known to be what was read. */
  #remembered(decision: number, isAside: boolean): void {
    const feared = this.#background.feared(decision);
    for (const row of this.#background
      .memoriesOf(decision)
      .sort((a, b) => this.#weight(b) - this.#weight(a) || b - a)) {
      if (!this.#pass("remembered", row, decision, isAside) || this.#background.turn(row) === feared)
        continue;
      this.#spokenOf.clear();
      this.#speaksOf(row);
      this.#rested([row], "remembered", isAside);
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
