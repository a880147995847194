import { EVENT_TYPES, type EventType, type JsonValue } from "@llm-sim/events/schema";
import { isModelCall } from "../../model-call/index.ts";
import { eachOf, type Steps } from "../../pace/index.ts";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT, type PostingList } from "../../run-index/index.ts";
import { ownDecisionsBefore, rememberedTurn } from "../cause/index.ts";
import { writesOf } from "../state/index.ts";
import { KnownEvents } from "./known-events.ts";
import { MANY } from "./together.ts";

/** Makers of a variable's writes in one turn, one after the other. */
const MAX_MAKERS = 256;

/** What is on record of what lies behind an event: causes, what was read, what was remembered. */
export class Background {
  readonly events: KnownEvents;
  /** Causes that the log does not have, with the row that names them. */
  readonly missing: { event_id: string; row: number }[] = [];
  /** Of what carried the write out: the variable's own write before, which it read. */
  readonly ownBefore = new Map<number, number>();
  readonly #view: RunView;
  readonly #start: number;
  readonly #causes = new Map<number, number[]>();
  /** Of the variable in question, where the event is a write. */
  #asked: { writes: PostingList | undefined } | undefined;

  /** @param start the row of the event in question */
  constructor(view: RunView, start: number) {
    this.#view = view;
    this.#start = start;
    this.events = new KnownEvents(view);
  }

  kind(row: number): EventType | undefined {
    return EVENT_TYPES[this.#view.index.columns.kind(row)];
  }

  turn(row: number): number {
    return this.#view.index.columns.turn(row);
  }

  /** Without milestones: where the turn is the cause, there is nothing behind it. */
  causesOf(row: number): number[] {
    let causes = this.#causes.get(row);
    if (causes === undefined) {
      causes = [];
      for (const cause of this.#view.index.edges.causesOf(row)) {
        if (typeof cause === "string") this.missing.push({ event_id: cause, row });
        else if (this.kind(cause) !== "MILESTONE") causes.push(cause);
      }
      this.#causes.set(row, causes);
    }
    return causes;
  }

  isDecisionFor(cause: number, effect: number): boolean {
    return this.kind(cause) === "DECISION" && this.kind(effect) !== "DECISION";
  }

  isModelCall(row: number): boolean {
    return this.kind(row) === "SYSTEM" && isModelCall(this.events.of(row));
  }

  isConditions(row: number): boolean {
    return this.kind(row) === "DETAIL" && this.events.of(row).details?.conditions !== undefined;
  }

  /**
   * A variable's own write before is no step: it is told as "which was 30.4 by then". Where a rule read it, what made it in
   * the same turn is told of, and so on back.
   */
  *makersBefore(carriers: readonly number[]): Steps<{ row: number; from: number }[]> {
    const makers: { row: number; from: number }[] = [];
    const carrying = new Set(carriers);
    const queue = new Set(carriers.length === 0 ? [this.#start] : carriers);
    for (const actor of queue) {
      yield;
      const own = this.causesOf(actor).find((row) => this.isAsked(row));
      if (own === undefined) continue;
      this.ownBefore.set(actor, own);
      const isOfDecision = this.causesOf(actor).some((row) => this.isDecisionFor(row, actor));
      if (carrying.has(actor) && isOfDecision) continue;
      if (this.turn(own) !== this.turn(this.#start) || makers.length >= MAX_MAKERS) continue;
      for (const row of this.causesOf(own)) {
        if (queue.has(row) || this.kind(row) === "STATE") continue;
        queue.add(row);
        makers.push({ row, from: actor });
      }
    }
    return makers;
  }

  /** Whether it is a write of the very variable in question. */
  isAsked(row: number): boolean {
    if (this.kind(row) !== "STATE") return false;
    const writes = this.#askedWrites();
    if (writes === undefined) return false;
    const place = writes.rank(row);
    return place < writes.length && writes.at(place) === row;
  }

  #askedWrites(): PostingList | undefined {
    if (this.#asked === undefined) {
      const event = this.events.of(this.#start);
      const { agent_id } = event;
      const writes =
        event.event_type === "STATE"
          ? writesOf(this.#view, { agent_id, variable_name: event.variable_name })
          : undefined;
      this.#asked = { writes };
    }
    return this.#asked.writes;
  }

  /** What a step read: values, and what assigned them without changing them. The nearest first. */
  *readsOf(reader: number): Steps<number[]> {
    const own = this.ownBefore.get(reader);
    const memories = new Set(this.memoriesOf(reader));
    const reads: number[] = [];
    yield* eachOf(this.causesOf(reader), (row) => {
      const isRead =
        row !== own &&
        !this.isDecisionFor(row, reader) &&
        !memories.has(row) &&
        !this.isModelCall(row) &&
        !this.isConditions(row);
      if (isRead) reads.push(row);
    });
    return reads.sort((a, b) => b - a);
  }

  /** The value in question, where it may have been taken over from what was read. */
  value(readers: readonly number[]): JsonValue | undefined {
    const asked = this.events.of(this.#start);
    const isTaken = asked.event_type === "STATE" && readers.every((row) => this.kind(row) !== "DECISION");
    return isTaken && isTelling(asked.new_value) ? asked.new_value : undefined;
  }

  /** What was of the agent in question comes first, then what came about in the turn in question. */
  nearness(row: number): number {
    const { columns } = this.#view.index;
    const isOwn = columns.agent(row) === columns.agent(this.#start) && columns.agent(row) !== NO_AGENT;
    return (isOwn ? 2 : 0) + (this.turn(row) === this.turn(this.#start) ? 1 : 0);
  }

  /** Where a rule goes through everybody, each one's change rests on its own value, not on the others'. */
  *alone(reads: readonly number[]): Steps<readonly number[]> {
    const asked = this.events.of(this.#start);
    if (asked.event_type !== "STATE" || asked.agent_id === undefined) return reads;
    const known = yield* this.events.learn(reads);
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
  isThereAnyway(row: number, reader: number): boolean {
    if (this.turn(row) > 0) return false;
    const event = this.events.of(row);
    if (event.event_type !== "STATE") return false;
    const { agent_id, variable_name } = event;
    const writes = writesOf(this.#view, { agent_id, variable_name });
    return writes !== undefined && writes.rank(reader) > writes.rank(row) + 1;
  }

  /** The turn that the agent may remember, nobody knows what of it. */
  feared(decision: number): number | undefined {
    const event = this.events.of(decision);
    return event.event_type === "DECISION" ? rememberedTurn(event) : undefined;
  }

  /** Decisions of the agent's own that it remembers; others stand for what they led to where that is not on record. */
  memoriesOf(decision: number): number[] {
    const earlier = ownDecisionsBefore(this.#view.index, decision);
    if (earlier.length === 0) return [];
    const feared = this.feared(decision);
    return earlier.filter((row) => {
      const { details } = this.events.of(row);
      return this.turn(row) === feared || details?.memory !== undefined || details?.forgotten !== undefined;
    });
  }
}

/** A value that is not had by chance: neither nothing, nor one of two. */
function isTelling(value: JsonValue): boolean {
  return typeof value === "string" ? value !== "" : typeof value === "number" && value !== 0 && value !== 1;
}
