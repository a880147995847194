import { EVENT_TYPES, type EventType, isRefusal, type JsonValue, MODEL_CALL } from "@llm-sim/events/schema";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";
import type { Part } from "../answers/index.ts";
import { eventAgent, eventName, ownDecisionsBefore, rememberedTurn } from "../cause/index.ts";
import { writesOf } from "../state/index.ts";
import { withinSteps } from "./budget.ts";
import { KnownEvents } from "./known-events.ts";
import type { Passage } from "./passage.ts";
import { alike, holding, MANY, readings } from "./together.ts";

/** What a rule read is looked behind for the decisions that brought it about: so many of the nearest values. */
const MAX_LOOKED_BEHIND = 4096;
/** From rule to rule, until a decision is found. */
const MAX_RULES_BETWEEN = 3;
/** Rules of so many names are followed at a time, of each the nearest. */
const MAX_WAYS = 3;
/** Makers of a variable's writes in one turn, one after the other. */
const MAX_MAKERS = 256;

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
  const teller = new Teller(view, start);
  teller.tell();
  const { events, missing, ownBefore } = teller;
  const passages = withinSteps(alike(teller.passages, events), most);
  events.learn([...passages.flatMap(({ rows }) => rows), ...ownBefore.values()]);
  return { passages, events, missing, ownBefore };
}

class Teller {
  readonly passages: Passage[] = [];
  readonly missing: Story["missing"] = [];
  readonly ownBefore = new Map<number, number>();
  readonly events: KnownEvents;
  readonly #view: RunView;
  readonly #start: number;
  readonly #told = new Set<number>();
  readonly #causes = new Map<number, number[]>();
  /** Agents that the actions and decisions on the way speak of. */
  readonly #spokenOf = new Set<string>();

  constructor(view: RunView, start: number) {
    this.#view = view;
    this.#start = start;
    this.events = new KnownEvents(view);
  }

  tell(): void {
    const start = this.#start;
    const asked = this.events.of(start);
    this.#pass("asked", start, -1);
    const isChange = asked.event_type === "STATE";
    const carriers = isChange ? this.#causesOf(start).filter((row) => this.#kind(row) !== "STATE") : [start];
    for (const row of carriers) this.#pass("carried", row, start);
    const before = this.#makersBefore(carriers);
    for (const { row, from } of before) this.#pass("behind", row, from);
    const actors = carriers.filter((row) => this.#kind(row) !== "DECISION");
    for (const row of actors) this.#speaksOf(row);

    const deciders = carriers.filter((row) => this.#kind(row) === "DECISION");
    for (const row of actors) deciders.push(...this.#decide("decided", row));
    for (const row of deciders) this.#calls(row);
    const behind: number[] = before.flatMap(({ row }) => this.#decide("behind", row));
    for (const row of actors) {
      const isSeekingMore = deciders.length === 0 || isRefusal(this.events.of(row));
      const reads = this.#readsOf(row);
      const sought = isSeekingMore ? reads : holding(this.#value([row]), reads, this.events);
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
  }

  #kind(row: number): EventType | undefined {
    return EVENT_TYPES[this.#view.index.columns.kind(row)];
  }

  #turn(row: number): number {
    return this.#view.index.columns.turn[row] ?? 0;
  }

  /** Without milestones: where the turn is the cause, there is nothing behind it. */
  #causesOf(row: number): number[] {
    let causes = this.#causes.get(row);
    if (causes === undefined) {
      causes = [];
      for (const cause of this.#view.index.edges.causesOf(row)) {
        if (typeof cause === "string") this.missing.push({ event_id: cause, row });
        else if (this.#kind(cause) !== "MILESTONE") causes.push(cause);
      }
      this.#causes.set(row, causes);
    }
    return causes;
  }

  #pass(part: Part, row: number, from: number, isAside = false): boolean {
    if (this.#told.has(row)) return false;
    this.#told.add(row);
    this.passages.push({ part, rows: [row], from, isAside });
    return true;
  }

  /** The decisions that an action was carried out for. */
  #decide(part: Part, actor: number): number[] {
    const decisions = this.#causesOf(actor).filter((row) => this.#isDecisionFor(row, actor));
    return decisions.filter((row) => this.#pass(part, row, actor));
  }

  #isDecisionFor(cause: number, effect: number): boolean {
    return this.#kind(cause) === "DECISION" && this.#kind(effect) !== "DECISION";
  }

  #calls(decision: number): void {
    for (const row of this.#causesOf(decision))
      if (this.#isModelCall(row)) this.#pass("decided", row, decision);
  }

  #isModelCall(row: number): boolean {
    return this.#kind(row) === "SYSTEM" && this.events.of(row).details?.system_event_type === MODEL_CALL;
  }

  #isConditions(row: number): boolean {
    return this.#kind(row) === "DETAIL" && this.events.of(row).details?.conditions !== undefined;
  }

  /**
   * A variable's own write before is no step: it is told as "which was 30.4 by then". Where a rule read it, what made it in
   * the same turn is told of, and so on back.
   */
  #makersBefore(carriers: readonly number[]): { row: number; from: number }[] {
    const makers: { row: number; from: number }[] = [];
    const queue = carriers.length === 0 ? [this.#start] : [...carriers];
    for (const actor of queue) {
      const own = this.#causesOf(actor).find((row) => this.#isAsked(row));
      if (own === undefined) continue;
      this.ownBefore.set(actor, own);
      if (queue.indexOf(actor) < Math.max(1, carriers.length)) this.#told.add(own);
      const isOfDecision = this.#causesOf(actor).some((row) => this.#isDecisionFor(row, actor));
      if (carriers.includes(actor) && isOfDecision) continue;
      if (this.#turn(own) !== this.#turn(this.#start) || makers.length >= MAX_MAKERS) continue;
      for (const row of this.#causesOf(own)) {
        if (queue.includes(row) || this.#kind(row) === "STATE") continue;
        queue.push(row);
        makers.push({ row, from: actor });
      }
    }
    return makers;
  }

  /** Whether it is a write of the very variable in question. */
  #isAsked(row: number): boolean {
    if (this.#kind(row) !== "STATE" || this.#kind(this.#start) !== "STATE") return false;
    const [event, asked] = [this.events.of(row), this.events.of(this.#start)];
    return (
      event.event_type === "STATE" &&
      asked.event_type === "STATE" &&
      event.variable_name === asked.variable_name &&
      event.agent_id === asked.agent_id
    );
  }

  /** What a step read: values, and what assigned them without changing them. The nearest first. */
  #readsOf(reader: number): number[] {
    const causes = this.#causesOf(reader);
    const own = this.ownBefore.get(reader);
    const memories = this.#memoriesOf(reader);
    return causes
      .filter(
        (row) =>
          row !== own &&
          !this.#isDecisionFor(row, reader) &&
          !memories.includes(row) &&
          !this.#isModelCall(row) &&
          !this.#isConditions(row),
      )
      .sort((a, b) => b - a);
  }

  /** The value in question, where it may have been taken over from what was read. */
  #value(readers: readonly number[]): JsonValue | undefined {
    const asked = this.events.of(this.#start);
    const isTaken = asked.event_type === "STATE" && readers.every((row) => this.#kind(row) !== "DECISION");
    return isTaken && isTelling(asked.new_value) ? asked.new_value : undefined;
  }

  /**
   * Tells of the actions and decisions that made what was read, those of the turn in question first; where rules made it all,
   * of those and what is behind them.
   *
   * @returns the decisions
   */
  #lookBehind(reader: number, reads: readonly number[], hops: number, hasDecision: boolean): number[] {
    const seen = this.events.learn(this.#alone(reads).slice(0, MAX_LOOKED_BEHIND));
    const makers = seen
      .toSorted((a, b) => this.#nearness(b) - this.#nearness(a))
      .flatMap((row) => (this.#kind(row) === "STATE" ? this.#causesOf(row) : [row]));
    const decisions: number[] = [];
    const rules: number[] = [];
    for (const maker of new Set(makers)) {
      if (this.#kind(maker) === "DETAIL") {
        if (!this.#isConditions(maker)) rules.push(maker);
        continue;
      }
      if (this.#kind(maker) === "STATE" || this.#isModelCall(maker)) continue;
      this.#pass("behind", maker, reader);
      if (this.#kind(maker) === "DECISION") decisions.push(maker);
      else decisions.push(...this.#decide("behind", maker));
    }
    const isFound = hasDecision || decisions.length > 0;
    const followed = new Set<string>();
    this.events.learn(rules);
    for (const rule of rules) {
      const name = eventName(this.events.of(rule));
      const isOnTheWay = !isFound && hops > 0 && followed.size < MAX_WAYS && !followed.has(name);
      // The same rule, some turns before: what it left is told.
      if (!isOnTheWay && name === eventName(this.events.of(reader))) continue;
      if (!this.#pass("behind", rule, reader, !isOnTheWay) || !isOnTheWay) continue;
      followed.add(name);
      decisions.push(...this.#lookBehind(rule, this.#readsOf(rule), hops - 1, false));
    }
    return decisions;
  }

  /** What was of the agent in question comes first, then what came about in the turn in question. */
  #nearness(row: number): number {
    const { agent } = this.#view.index.columns;
    const isOwn = agent[row] === agent[this.#start] && agent[row] !== NO_AGENT;
    return (isOwn ? 2 : 0) + (this.#turn(row) === this.#turn(this.#start) ? 1 : 0);
  }

  /** Where a rule goes through everybody, each one's change rests on its own value, not on the others'. */
  #alone(reads: readonly number[]): readonly number[] {
    const asked = this.events.of(this.#start);
    if (asked.event_type !== "STATE" || asked.agent_id === undefined) return reads;
    const known = this.events.learn(reads);
    const ofOthers = new Set(
      known.filter((row) => {
        const event = this.events.of(row);
        return (
          event.event_type === "STATE" &&
          event.variable_name === asked.variable_name &&
          event.agent_id !== asked.agent_id
        );
      }),
    );
    return ofOthers.size < MANY ? reads : known.filter((row) => !ofOthers.has(row));
  }

  /** Whether a write of the set-up was read only for its variable being there: it had another value by then. */
  #isThereAnyway(row: number, reader: number): boolean {
    if (this.#turn(row) > 0) return false;
    const event = this.events.of(row);
    if (event.event_type !== "STATE") return false;
    const { agent_id, variable_name } = event;
    const writes = writesOf(this.#view, { agent_id, variable_name });
    return writes !== undefined && writes.rank(reader) > writes.rank(row) + 1;
  }

  /** Notes which agents an action or a decision names. */
  #speaksOf(row: number): void {
    const event = this.events.of(row);
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
    const rows = new Map<number, number>();
    for (const reader of readers) {
      for (const row of this.#readsOf(reader)) {
        if (this.#told.has(row) || rows.has(row)) continue;
        rows.set(row, reader);
      }
    }
    const read = this.events.learn([...rows.keys()]).filter((row) => {
      const reader = rows.get(row) ?? -1;
      return !(this.ownBefore.has(reader) && this.#isAsked(row)) && !this.#isThereAnyway(row, reader);
    });
    for (const row of rows.keys()) this.#told.add(row);
    this.passages.push(
      ...readings(new Map(read.map((row) => [row, rows.get(row) ?? -1])), {
        events: this.events,
        spokenOf: this.#spokenOf,
        value: this.#value(readers),
        agent: eventAgent(this.events.of(this.#start)),
        isBrief: part === "remembered",
      }).map((passage) => ({ ...passage, part, isAside: isAside || passage.isAside === true })),
    );
  }

  /** What a hook read around its rules counts for each of them. */
  #conditions(actor: number): void {
    for (const row of this.#causesOf(actor).filter((cause) => this.#isConditions(cause))) {
      this.#pass("conditions", row, actor);
      this.#rested([row], "conditions");
    }
  }

  /** The decision in which what was remembered was kept; what that rested on, where it is known to be what was read. */
  #remembered(decision: number, isAside: boolean): void {
    const feared = this.#feared(decision);
    for (const row of this.#memoriesOf(decision).sort((a, b) => this.#weight(b) - this.#weight(a) || b - a)) {
      if (!this.#pass("remembered", row, decision, isAside) || this.#turn(row) === feared) continue;
      this.#spokenOf.clear();
      this.#speaksOf(row);
      this.#rested([row], "remembered", isAside);
    }
  }

  /** The turn that the agent may remember, nobody knows what of it. */
  #feared(decision: number): number | undefined {
    const event = this.events.of(decision);
    return event.event_type === "DECISION" ? rememberedTurn(event) : undefined;
  }

  /** Decisions of the agent's own that it remembers; others stand for what they led to where that is not on record. */
  #memoriesOf(decision: number): number[] {
    const earlier = ownDecisionsBefore(this.#view.index, decision);
    if (earlier.length === 0) return [];
    const feared = this.#feared(decision);
    return earlier.filter((row) => {
      const { details } = this.events.of(row);
      return this.#turn(row) === feared || details?.memory !== undefined || details?.forgotten !== undefined;
    });
  }

  /** Memory of whom the actions on the way speak comes first. */
  #weight(decision: number): number {
    const names = namesIn([this.events.of(decision).details?.memory]);
    return names.some((name) => this.#spokenOf.has(name)) ? 1 : 0;
  }
}

/** A value that is not had by chance: neither nothing, nor one of two. */
function isTelling(value: JsonValue): boolean {
  return typeof value === "string" ? value !== "" : typeof value === "number" && value !== 0 && value !== 1;
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
