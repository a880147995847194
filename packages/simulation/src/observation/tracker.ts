import { AsyncLocalStorage } from "node:async_hooks";
import type { EventHandle } from "@llm-sim/events";
import { type Answer, lasting, takeOut } from "../answer/index.ts";
import type { PartReads, StateReads } from "../world/index.ts";
import type { Collecting, Frame, HandedOut, ReadFrame } from "./frame.ts";
import { LastWrites, type PartWrites } from "./last-writes.ts";

/** The decision whose agent's code is running, of whatever run: each storage of its own would cost every promise of the process. */
const runningDecision = new AsyncLocalStorage<Collecting>();

/** Nobody else. */
const NOBODY: readonly Frame[] = [];

/**
 * What an engine's code reads, and the agents' as far as it goes through the engine: one per engine, with the frame of what
 * is going on. What an engine does it does one after the other, a hook that is async is waited for, so that one variable for it
 * is enough. Agents decide at the same time: who goes on after an `await` is known from AsyncLocalStorage.
 */
export class Tracker implements ReadFrame, StateReads {
  readonly writes = new LastWrites();
  /** Whether there is anybody who may not see all of the state. */
  readonly limitsSight: boolean;
  readonly #parts = new Map<string | undefined, PartReads>();
  #current: Collecting | undefined;
  /** Of what goes on for longer than a call, the frames, innermost last. */
  readonly #held: Collecting[] = [];
  /** Decisions that are open, and where what their agents read is noted. */
  readonly #open = new Map<Collecting, Frame>();

  constructor(limitsSight = false) {
    this.limitsSight = limitsSight;
  }

  /** Nothing goes on that a read could count for. */
  get isIdle(): boolean {
    return this.#current === undefined && this.#open.size === 0;
  }

  /** The state as what is going on may see it, or who goes on after an `await`, where that is not all of it. */
  get sighted(): object | undefined {
    if (!this.limitsSight) return undefined;
    return (this.#current ?? runningDecision.getStore())?.sighted;
  }

  get stamp(): number {
    return this.#current?.stamp ?? 0;
  }

  /** A read that belongs to nothing that is going on counts for every decision that is open. */
  add(write: EventHandle | undefined): void {
    if (write === undefined) return;
    if (this.#current) this.#current.add(write);
    else for (const frame of this.#open.values()) frame.add(write);
  }

  handOut(node: HandedOut): void {
    if (this.#current) this.#current.handOut(node);
    else node.notePresence(this);
  }

  /** What was read for what is going on. */
  readSoFar(): readonly EventHandle[] {
    if (this.#current) return this.#current.writes();
    return [...this.#open.values()].flatMap((frame) => frame.writes());
  }

  /**
   * Who else reads what `owner` was shown: what is going on, or the agent that goes on after an `await`. Where
   * that is not known (in a callback that several agents share), every decision that is open.
   */
  otherReaders(owner: Collecting): readonly Collecting[] {
    const current = this.#current;
    if (current === owner) return NOBODY;
    if (current) return [this.#open.get(current) ?? current];
    const reader = runningDecision.getStore();
    if (reader === owner) return NOBODY;
    const frame = reader && this.#open.get(reader);
    if (frame) return [frame];
    return [...this.#open].flatMap(([other, itsFrame]) => (other === owner ? [] : itsFrame));
  }

  check(): void {}

  /** What `body` reads counts for `frame`. */
  within<T>(frame: Collecting, body: () => T): T {
    const before = this.#current;
    if (before === frame) return body();
    this.#current = frame;
    try {
      return body();
    } finally {
      this.#current = before;
    }
  }

  /** What `body` reads counts for `frame`, until its promise settles where it is async. */
  holding<T>(frame: Collecting, body: () => Answer<T>): Answer<T> {
    const before = this.#current;
    this.#current = frame;
    this.#held.push(frame);
    return lasting(body, () => {
      takeOut(this.#held, frame);
      // Pieces of a hook that go on at the same time need not end in the order in which they began.
      if (this.#current === frame) this.#current = this.#held.at(-1) ?? before;
    });
  }

  /**
   * Runs an agent's code, whose reads count for its decision also after an `await`. Storage for that makes all promises of the
   * process slower, so an agent that has always answered at once goes without: of its first promise, what is read after an `await`
   * counts for every decision that is open.
   */
  forDecision<T>(frame: Collecting, body: () => T): T {
    return runningDecision.run(frame, () => this.within(frame, body));
  }

  /** What is read outside of everything counts for a decision, too, until it is closed. */
  open(decision: Collecting, frame: Frame): void {
    this.#open.set(decision, frame);
  }

  close(decision: Collecting): void {
    this.#open.delete(decision);
  }

  part(agentId: string | undefined): PartReads {
    let part = this.#parts.get(agentId);
    if (!part) {
      part = new TrackedPart(this.writes.part(agentId), this, () => {
        if (agentId !== undefined) this.writes.agent(agentId, this);
      });
      this.#parts.set(agentId, part);
    }
    return part;
  }

  agents(): void {
    this.writes.agents(this);
  }
}

class TrackedPart implements PartReads {
  readonly #writes: PartWrites;
  readonly #tracker: Tracker;
  readonly #notePart: () => void;

  constructor(writes: PartWrites, tracker: Tracker, notePart: () => void) {
    this.#writes = writes;
    this.#tracker = tracker;
    this.#notePart = notePart;
  }

  value(name: string): void {
    this.#tracker.add(this.#writes.value(name));
  }

  presence(name: string, isThere: boolean): void {
    if (name === "") this.#notePart();
    else this.#writes.presence(name, isThere, this.#tracker);
  }

  keys(name: string): void {
    this.#writes.keys(name, this.#tracker);
  }
}
