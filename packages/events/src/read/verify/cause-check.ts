import { EventIds } from "../../line/index.ts";
import { type Event, MAX_CAUSES } from "../../schema/index.ts";
import type { Place } from "../segment/index.ts";
import type { ReportViolation } from "./report.ts";

/** Past it causes that have not been met yet are not waited for. */
const MAX_WAITING = 100_000;

interface Effect {
  place: Place;
  timestamp: string;
}

/**
 * Causes are events that come before, by (timestamp, place); so there is no cycle. A cause that only stands behind its
 * effect in the log is not missing: that lines are out of order is said once, where they are.
 */
export class CauseCheck {
  readonly #report: ReportViolation;
  readonly #fullFrom: number;
  readonly #ids = new EventIds();
  /** By cause that was not met yet: the events that name it. */
  readonly #waiting = new Map<string, Effect[]>();
  #waitingCount = 0;

  /** @param maxCauses how many an event names at most, as run.json says it */
  constructor(report: ReportViolation, maxCauses = MAX_CAUSES) {
    this.#report = report;
    // What stands in for events that are not recorded holds no more.
    this.#fullFrom = Math.min(maxCauses, MAX_CAUSES);
  }

  /** @returns whether an event of this id comes for the first time */
  isNew({ event_id }: Event): boolean {
    return this.#ids.add(event_id);
  }

  event(event: Event, place: Place): void {
    const causes = event.caused_by ?? [];
    const mayHaveNone = event.event_type === "MILESTONE" && event.milestone_type === "simulation_start";
    if (causes.length === 0 && !mayHaveNone) this.#report("has-cause", place, "it has no cause");
    for (const cause of causes) {
      if (cause === event.event_id) this.#report("cause-exists", place, "it is its own cause");
      else if (!this.#ids.has(cause)) this.#wait(cause, { place, timestamp: event.timestamp });
    }
    if (event.causes_omitted !== undefined && causes.length < this.#fullFrom) {
      const message = `${event.causes_omitted} causes omitted beside ${causes.length}, where ${this.#fullFrom} fit`;
      this.#report("causes-omitted", place, message);
    }
    if (this.#waitingCount > 0) this.#settle(event);
  }

  /** @param isLost whether an event of this id is known to be lost */
  end(isLost: (id: string) => boolean): void {
    for (const [cause, effects] of this.#waiting) {
      if (isLost(cause)) continue;
      for (const { place } of effects) this.#missing(cause, place, "is not in the log");
    }
    this.#waiting.clear();
  }

  #wait(cause: string, effect: Effect): void {
    if (this.#waitingCount >= MAX_WAITING) {
      this.#missing(cause, effect.place, "is not before it in the log");
      return;
    }
    this.#waitingCount++;
    const effects = this.#waiting.get(cause);
    if (effects) effects.push(effect);
    else this.#waiting.set(cause, [effect]);
  }

  #settle({ event_id, timestamp }: Event): void {
    const effects = this.#waiting.get(event_id);
    if (!effects) return;
    this.#waiting.delete(event_id);
    this.#waitingCount -= effects.length;
    for (const effect of effects)
      if (timestamp >= effect.timestamp) this.#missing(event_id, effect.place, "comes after it");
  }

  #missing(cause: string, place: Place, what: string): void {
    this.#report("cause-exists", place, `its cause ${cause} ${what}`);
  }
}
