import { isRetry } from "@llm-sim/events/canonical";
import { parseEventLine } from "@llm-sim/events/read";
import type {
  RecalledKind,
  RecalledStream,
  Recall as RecallPort,
  RecordedPlace,
} from "@llm-sim/events/recall";
import type { Event } from "@llm-sim/events/schema";
import { byPlace, type Phase, placesOf, placeText } from "../canonical/index.ts";
import { differenceOf, type EventDifference, isTimeout, Retries } from "./difference.ts";
import type { RecordedLine, RecordedTurn } from "./recorded-log.ts";

/** The first event, in canonical order, that is not as the log has it. */
export interface Parting {
  /** As the canonical log names the place: `3.deciding.alice.0`. */
  key: string;
  turn: number;
  phase: Phase;
  /** Whose deciding it is part of. */
  agent_id?: string;
  /** What the log has there; absent where it has no more events. */
  recorded?: Event;
  /** What came now; absent where nothing came. */
  now?: Event;
  /** Where both are there. */
  difference?: EventDifference;
  /** What came now stands in the log as well, later in the turn: the order is another one. */
  is_order?: true;
}

/** What of a log was found to be the same. */
export interface Recalled {
  /** Turns, without the set-up. */
  turns: number;
  /** Canonical events: without retries. */
  events: number;
  /** Turns whose state's hash was compared. */
  hashes: number;
}

interface Expected extends RecordedLine {
  place: RecordedPlace;
}

/** Events of one phase and agent, which come in the order of the log. */
interface Queue {
  phase: Phase;
  agent: string;
  expected: Expected[];
  /** How many have come. */
  at: number;
  /** Of which retries are not counted. */
  number: number;
  isParted: boolean;
}

/**
 * The log of a run that is played again, a turn of it at a time: gives events the places that they have there, and keeps the first
 * that is not the same. Agents may decide in any order.
 */
export class Recall implements RecallPort {
  readonly recalled: Recalled = { turns: 0, events: 0, hashes: 0 };
  #stream: RecalledStream | undefined;
  #turn = 0;
  /** Each agent's deciding. */
  #deciding = new Map<string, Queue>();
  /** What stands before and behind it, one after the other. */
  #others: Queue[] = [];
  /** Where the event stands that is being made. */
  #next: { queue: Queue; expected: Expected | undefined } | undefined;
  #partings: Parting[] = [];
  #retries = new Retries();
  #isOver = false;
  readonly #waiting = new Map<string, () => void>();

  /** The stream that emits into it. */
  into(stream: RecalledStream): void {
    this.#stream = stream;
  }

  /** A retry in a turn that is not played: of those there may be fewer, or more. */
  pass(event: Event): void {
    if (isRetry(event)) this.#retries.note(event);
  }

  /** What is emitted from now on is looked for in this turn of the log. */
  begin({ turn, lines }: RecordedTurn, { withEnd }: { withEnd: boolean }): void {
    const stream = this.#stream;
    if (!stream) throw new Error("A log is recalled by a stream.");
    this.#turn = turn;
    this.#deciding = new Map();
    this.#others = (["begin", "acting"] as const).map((phase) => emptyQueue(phase, ""));
    const kept = withEnd ? lines : lines.filter(({ event }) => !isEnd(event));
    for (const [index, { phase, agent }] of placesOf(kept.map(({ event }) => event)).entries()) {
      const line = kept[index];
      if (!line) continue;
      const expected = { ...line, place: stream.placeOf(line.event) };
      if (isRetry(line.event)) this.#retries.note(line.event);
      this.#queueOf(phase, agent).expected.push(expected);
    }
  }

  #queueOf(phase: Phase, agent: string): Queue {
    const other = this.#others.find((queue) => queue.phase === phase);
    if (other) return other;
    const queue = this.#deciding.get(agent) ?? emptyQueue("deciding", agent);
    this.#deciding.set(agent, queue);
    return queue;
  }

  next(kind: RecalledKind): RecordedPlace | undefined {
    this.#next = this.#isOver ? undefined : this.#nextIn(kind);
    return this.#next?.expected?.place;
  }

  /** As the canonical log has it: what is an agent's own belongs to its deciding, as long as there is any of it to come. */
  #nextIn({ event_type, agentId, status }: RecalledKind): { queue: Queue; expected: Expected | undefined } {
    const retries = status === "retry";
    const own = event_type === "STATE" || agentId === undefined ? undefined : this.#deciding.get(agentId);
    const queues = [...(own ? [own] : []), ...this.#others];
    for (const queue of queues) {
      // Of retries there may be fewer than there were, or more.
      if (!retries) while (isRetryAt(queue)) queue.at++;
      if (queue.at < queue.expected.length && (!retries || isRetryAt(queue)))
        return { queue, expected: queue.expected[queue.at] };
    }
    const last = queues.at(-1);
    if (!last) throw new Error("No turn of the log was begun.");
    return { queue: retries ? { ...last, isParted: true } : last, expected: undefined };
  }

  said(line: Uint8Array): boolean {
    const next = this.#next;
    if (!next) return false;
    const { queue, expected } = next;
    if (expected) this.#take(queue);
    if (queue.isParted) return expected !== undefined;
    const text = line.subarray(0, line.length - 1);
    if (expected && Buffer.compare(expected.bytes, text) === 0) {
      this.#count(queue, expected.event);
      return true;
    }
    const parsed = parseEventLine(text);
    const now = parsed.ok ? parsed.event : undefined;
    const difference = expected && now && differenceOf(expected.event, now, this.#retries);
    if (expected && now && !difference) this.#count(queue, expected.event);
    else this.#part(queue, { recorded: expected?.event, now, difference });
    return expected !== undefined;
  }

  #take(queue: Queue): void {
    queue.at++;
    const after = queue.expected[queue.at];
    if (after) this.#reached(queue.agent, after.event);
  }

  #count(queue: Queue, event: Event): void {
    if (isRetry(event)) return;
    queue.number++;
    this.recalled.events++;
    if (event.event_type !== "MILESTONE" || event.milestone_type !== "turn_end") return;
    this.recalled.turns++;
    if (event.details?.state_hash !== undefined) this.recalled.hashes++;
  }

  #part(
    queue: Queue,
    {
      recorded,
      now,
      difference,
    }: { recorded: Event | undefined; now: Event | undefined; difference: EventDifference | undefined },
  ): void {
    queue.isParted = true;
    const { phase, agent, number } = queue;
    this.#partings.push({
      key: `${placeText(this.#turn, { phase, agent })}.${number}`,
      turn: this.#turn,
      phase,
      ...(agent !== "" && { agent_id: agent }),
      ...(recorded && { recorded }),
      ...(now && { now }),
      ...(difference && { difference }),
      ...(now && this.#comesLater(queue, now) && { is_order: true as const }),
    });
  }

  #comesLater({ expected, at }: Queue, now: Event): boolean {
    return expected.slice(at).some(({ event }) => {
      const difference = differenceOf(event, now, this.#retries);
      return difference === undefined || difference.fields.length === 0;
    });
  }

  /** An event of the turn that is played. */
  event(id: string): Event | undefined {
    for (const { expected } of [...this.#others, ...this.#deciding.values()]) {
      const found = expected.find(({ event }) => event.event_id === id);
      if (found) return found.event;
    }
    return undefined;
  }

  /** The turn is over: what of it did not come is missing. @returns where the log was left, if anywhere */
  end(): Parting | undefined {
    if (this.#isOver) return undefined;
    for (const queue of [...this.#others, ...this.#deciding.values()]) {
      if (queue.isParted) continue;
      const left = queue.expected.slice(queue.at).find(({ event }) => !isRetry(event));
      if (left) this.#part(queue, { recorded: left.event, now: undefined, difference: undefined });
    }
    const [first] = this.#partings
      .map((parting) => ({ parting, phase: parting.phase, agent: parting.agent_id ?? "" }))
      .toSorted(byPlace);
    return first?.parting;
  }

  /** What is emitted from now on is in no log, and nobody looks at it. */
  stop(): void {
    this.#isOver = true;
  }

  /**
   * Whether an agent's deciding came to nothing for the time it took, as the log has it; then a promise that resolves when all
   * that the agent recorded before has come.
   */
  timesOut(agentId: string): Promise<void> | undefined {
    const queue = this.#deciding.get(agentId);
    if (!queue?.expected.some(({ event }) => isTimeout(event))) return undefined;
    const at = queue.expected.findIndex(({ event }) => isOfTimeout(event));
    if (this.#isOver) return undefined;
    if (queue.at >= at) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(agentId, resolve));
  }

  #reached(agentId: string, event: Event): void {
    if (this.#waiting.size === 0 || !isOfTimeout(event)) return;
    this.#waiting.get(agentId)?.();
    this.#waiting.delete(agentId);
  }
}

function emptyQueue(phase: Phase, agent: string): Queue {
  return { phase, agent, expected: [], at: 0, number: 0, isParted: false };
}

/** A time that was up, or what was broken off by it. */
function isOfTimeout(event: Event): boolean {
  return isTimeout(event) || event.details?.broken_off_by === "decide_timeout";
}

function isRetryAt({ expected, at }: Queue): boolean {
  const line = expected[at];
  return line !== undefined && isRetry(line.event);
}

function isEnd(event: Event): boolean {
  return event.event_type === "MILESTONE" && event.milestone_type === "simulation_end";
}
