import type { Event } from "@llm-sim/events/schema";
import type { Steps } from "../../pace/index.ts";
import type { RunView } from "../../reader/index.ts";
import { batchesOf, MAX_ANSWER_BYTES } from "../rows/index.ts";

/** Events that are parsed between two stops: a millisecond or two. */
const PARSED = 128;

/** Events of a run by row, each read once, as many as an answer is made from. */
export class KnownEvents {
  readonly #view: RunView;
  readonly #events = new Map<number, Event>();
  #bytes = 0;
  /** Something was left out for its size. */
  isFull = false;

  constructor(view: RunView) {
    this.#view = view;
  }

  /**
   * Reads what is not known yet in the log's order, where neighbours come in one go.
   *
   * @returns those that are known now: all but what is too much for an answer
   */
  *learn(rows: readonly number[]): Steps<number[]> {
    const { columns } = this.#view.index;
    const unread = rows.filter((row) => {
      if (this.#events.has(row)) return false;
      const bytes = this.#bytes + columns.length(row);
      if (bytes > MAX_ANSWER_BYTES) {
        this.isFull = true;
        return false;
      }
      this.#bytes = bytes;
      return true;
    });
    unread.sort((a, b) => a - b);
    for (let from = 0; from < unread.length; from += PARSED) {
      for (const batch of batchesOf(this.#view.index, unread.slice(from, from + PARSED))) {
        for (const [place, event] of this.#view.events(batch).entries())
          this.#events.set(batch[place] ?? -1, event);
      }
      yield;
    }
    return rows.filter((row) => this.#events.has(row));
  }

  has(row: number): boolean {
    return this.#events.has(row);
  }

  of(row: number): Event {
    let event = this.#events.get(row);
    if (event === undefined) {
      event = this.#view.event(row);
      this.#events.set(row, event);
    }
    return event;
  }
}
