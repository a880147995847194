import { type EventHandle, markOnce } from "@llm-sim/events";
import type { Noter, PartWrites } from "./last-writes.ts";

/** Where reads are noted while something is going on. */
export interface ReadFrame extends Noter {
  /** Of this frame alone; marks what was noted in it. */
  readonly stamp: number;
  /** The state, where what goes on is for an agent that may not see all of it. */
  readonly sighted?: object | undefined;
  /** A node was handed out: unless something else is read of it in here, it was seen that it is there. */
  handOut(node: HandedOut): void;
  /** Something of a part was read through a look. */
  readOf?(part: PartWrites): void;
  /** Refuses a read that comes too late. */
  check(key: string): void;
}

/** One that keeps what was noted. */
export interface Collecting extends ReadFrame {
  /** What was noted so far. */
  writes(): readonly EventHandle[];
}

/** A node of the state that somebody got hold of. */
export interface HandedOut {
  /** The frame in which something was last read of it. */
  readonly readIn: number;
  notePresence(noter: Noter): void;
}

let frames = 0;

const NONE: readonly EventHandle[] = [];

/** What was read while one thing went on, as the events that wrote it. An array and a stamp on each event cost less than a set. */
export class Frame implements Collecting {
  readonly stamp = ++frames;
  #writes: EventHandle[] | undefined;
  /** The node that was handed out last; what is read next is mostly something of it. */
  #last: HandedOut | undefined;
  /** Those before of which nothing had been read. */
  #unread: HandedOut[] | undefined;

  add(write: EventHandle | undefined): void {
    if (write === undefined || !markOnce(write, this.stamp)) return;
    if (this.#writes) this.#writes.push(write);
    else this.#writes = [write];
  }

  handOut(node: HandedOut): void {
    const last = this.#last;
    if (last && last !== node && last.readIn !== this.stamp) {
      this.#unread ??= [];
      this.#unread.push(last);
    }
    this.#last = node;
  }

  check(): void {}

  /** What was read so far; an event that was read in another frame in between may stand there twice. */
  writes(): readonly EventHandle[] {
    if (this.#last) this.#notePresence();
    return this.#writes ?? NONE;
  }

  #notePresence(): void {
    const last = this.#last;
    const unread = this.#unread;
    this.#last = undefined;
    this.#unread = undefined;
    if (unread) for (const node of unread) if (node.readIn !== this.stamp) node.notePresence(this);
    if (last && last.readIn !== this.stamp) last.notePresence(this);
  }
}
