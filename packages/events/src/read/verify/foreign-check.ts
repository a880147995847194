import type { Event } from "../../schema/index.ts";
import type { Place } from "../segment/index.ts";
import { EventIds } from "./event-ids.ts";
import type { RecordedLoss, ReportViolation } from "./report.ts";
import type { VerifyRule } from "./rules.ts";
import type { Stretch } from "./violation-log.ts";

/** Past it causes that have not been met yet are not waited for. */
const MAX_WAITING = 100_000;

/** Of a foreign dialect: ids are unique, and causes exist, wherever in the log. */
export class ForeignCheck {
  readonly #report: ReportViolation;
  readonly #ids = new EventIds();
  /** Causes that have not been met yet, with where each was named first. */
  readonly #waiting = new Map<string, Place>();

  constructor(report: ReportViolation) {
    this.#report = report;
  }

  readonly losses: RecordedLoss[] = [];
  readonly unrecordedStretches: readonly Stretch[] = [];
  readonly unproven: VerifyRule[] = [];

  line(): void {
    // Nothing is asked of files and counts.
  }

  event(event: Event, place: Place): void {
    if (!this.#ids.add(event.event_id))
      this.#report("id-unique", place, `${event.event_id} is there already`);
    this.#waiting.delete(event.event_id);
    for (const cause of event.caused_by ?? []) {
      if (this.#ids.has(cause) || this.#waiting.has(cause)) continue;
      if (this.#waiting.size < MAX_WAITING) this.#waiting.set(cause, place);
      else this.#missing(cause, place);
    }
  }

  end(): void {
    for (const [cause, place] of this.#waiting) this.#missing(cause, place);
    this.#waiting.clear();
  }

  #missing(cause: string, place: Place): void {
    this.#report("cause-exists", place, `its cause ${cause} is not in the log`);
  }
}
