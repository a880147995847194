import type { EventHandle } from "@llm-sim/events";
import type { PartReads, StateReads } from "../world/index.ts";
import type { HandedOut, ReadFrame } from "./frame.ts";
import { LastWrites, type PartWrites } from "./last-writes.ts";

/**
 * What an engine's code reads, and the agents' as far as it goes through the engine: one per engine, with the frame of what
 * is going on. An engine's code answers at once, so that one variable for it is enough.
 */
export class Tracker implements ReadFrame, StateReads {
  readonly writes = new LastWrites();
  readonly #parts = new Map<string | undefined, PartReads>();
  #current: ReadFrame | undefined;
  /** Decisions that are open: a read that belongs to nothing that is going on counts for each. */
  readonly #open = new Set<ReadFrame>();

  /** Nothing goes on that a read could count for. */
  get isIdle(): boolean {
    return this.#current === undefined && this.#open.size === 0;
  }

  get stamp(): number {
    return this.#current?.stamp ?? 0;
  }

  add(write: EventHandle | undefined): void {
    if (write === undefined) return;
    if (this.#current) this.#current.add(write);
    else for (const frame of this.#open) frame.add(write);
  }

  /** Counts what was noted for one frame for what is going on, where that is another. */
  alsoFor(frame: ReadFrame, write: EventHandle | undefined): void {
    if (this.#current && this.#current !== frame) this.#current.add(write);
  }

  handOut(node: HandedOut): void {
    if (this.#current) this.#current.handOut(node);
    else node.notePresence(this);
  }

  /** What `body` reads counts for `frame`. */
  within<T>(frame: ReadFrame, body: () => T): T {
    const before = this.#current;
    this.#current = frame;
    try {
      return body();
    } finally {
      this.#current = before;
    }
  }

  /** What is read outside of everything counts for `frame`, too, until it is closed. */
  open(frame: ReadFrame): void {
    this.#open.add(frame);
  }

  close(frame: ReadFrame): void {
    this.#open.delete(frame);
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
