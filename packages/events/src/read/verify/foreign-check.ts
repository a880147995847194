import { EventIds } from "../../line/index.ts";
import type { Event, VerifyRule } from "../../schema/index.ts";
import type { Place } from "../segment/index.ts";
import { LossCheck } from "./loss-check.ts";
import type { RecordedLoss, ReportViolation } from "./report.ts";
import type { Stretch } from "./violation-log.ts";

/** Past it causes that have not been met yet are not waited for. */
const MAX_WAITING = 100_000;

/** Of a run of another hand: ids are unique, and causes exist wherever in the log, or are lost, as the log says. */
export class ForeignCheck {
  readonly #report: ReportViolation;
  readonly #ids = new EventIds();
  /** Causes that have not been met yet, with where each was named first. */
  readonly #waiting = new Map<string, Place>();

  constructor(report: ReportViolation) {
    this.#report = report;
  }

  readonly #losses = new LossCheck();
  readonly unprovenStretches: readonly Stretch[] = [];
  readonly unproven: VerifyRule[] = [];

  get losses(): RecordedLoss[] {
    return this.#losses.losses;
  }

  line(): void {
    // Nothing is asked of files and counts.
  }

  isNew({ event_id }: Event): boolean {
    return this.#ids.add(event_id);
  }

  event(event: Event, place: Place): void {
    this.#losses.event(event, place);
    this.#waiting.delete(event.event_id);
    for (const cause of event.caused_by ?? []) {
      if (this.#ids.has(cause) || this.#waiting.has(cause)) continue;
      if (this.#waiting.size < MAX_WAITING) this.#waiting.set(cause, place);
      else this.#missing(cause, place);
    }
  }

  end(): void {
    for (const [cause, place] of this.#waiting)
      if (!this.#losses.wasInLostFile(cause)) this.#missing(cause, place);
    this.#waiting.clear();
  }

  #missing(cause: string, place: Place): void {
    this.#report("cause-exists", place, `its cause ${cause} is not in the log`);
  }
}
