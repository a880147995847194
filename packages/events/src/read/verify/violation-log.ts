import type { VerifyRule } from "../../schema/index.ts";
import type { Place } from "../segment/index.ts";
import type { Violation } from "./report.ts";
import { isUnprovenByLoss } from "./rules.ts";

/** A stretch of time, as timestamps of the log, both included. */
export interface Stretch {
  from: string;
  to: string;
}

interface Found {
  violation: Violation;
  /** Of the event; only where a loss may excuse it. */
  timestamp: string | undefined;
}

/**
 * Gathers violations, the first few with their message, the others as a count. What a loss would excuse is decided
 * only at the end, because the log speaks of a loss after it: once the queue has room again.
 */
export class ViolationLog {
  readonly #limit: number;
  readonly #listed: Found[] = [];
  #countedOnly = 0;
  /** Timestamps of those past the limit that a loss may excuse. */
  readonly #excusable: string[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(rule: VerifyRule, place: Place, message: string, timestamp?: string): void {
    const excusedBy = isUnprovenByLoss(rule) ? timestamp : undefined;
    if (this.#listed.length < this.#limit) {
      const { file, line, offset } = place;
      this.#listed.push({ violation: { rule, file, line, offset, message }, timestamp: excusedBy });
    } else if (excusedBy === undefined) this.#countedOnly++;
    else this.#excusable.push(excusedBy);
  }

  get isEmpty(): boolean {
    return this.#listed.length === 0 && this.#countedOnly === 0 && this.#excusable.length === 0;
  }

  /** What remains where the events of these stretches are not all there. */
  settle(stretches: readonly Stretch[]): { violations: Violation[]; count: number } {
    const remains = (timestamp: string | undefined): boolean =>
      timestamp === undefined || !stretches.some(({ from, to }) => from <= timestamp && timestamp <= to);
    const violations = this.#listed
      .filter((found) => remains(found.timestamp))
      .map(({ violation }) => violation);
    const others = this.#countedOnly + this.#excusable.filter(remains).length;
    return { violations, count: violations.length + others };
  }
}
