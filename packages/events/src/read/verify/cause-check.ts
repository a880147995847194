import { type Event, MAX_CAUSES } from "../../schema/index.ts";
import type { Place } from "../segment/index.ts";
import { EventIds } from "./event-ids.ts";
import type { ReportViolation } from "./report.ts";

/** Ids are unique, and causes are events that came before; so there is no cycle. */
export class CauseCheck {
  readonly #report: ReportViolation;
  readonly #ids = new EventIds();

  constructor(report: ReportViolation) {
    this.#report = report;
  }

  event(event: Event, place: Place): void {
    const causes = event.caused_by ?? [];
    const mayHaveNone = event.event_type === "MILESTONE" && event.milestone_type === "simulation_start";
    if (causes.length === 0 && !mayHaveNone) this.#report("has-cause", place, "it has no cause");
    for (const cause of causes) {
      if (!this.#ids.has(cause))
        this.#report("cause-exists", place, `its cause ${cause} is not before it in the log`);
    }
    if (event.causes_omitted !== undefined && causes.length < MAX_CAUSES) {
      const message = `${event.causes_omitted} causes omitted beside ${causes.length}, where ${MAX_CAUSES} fit`;
      this.#report("causes-omitted", place, message);
    }
    if (!this.#ids.add(event.event_id))
      this.#report("id-unique", place, `${event.event_id} is there already`);
  }
}
