import type { Event } from "../../schema/index.ts";
import type { Place } from "../segment/index.ts";
import type { ReportViolation } from "./report.ts";

/** What must hold of each event by itself and beside the one before it. */
export class EnvelopeCheck {
  readonly #report: ReportViolation;
  readonly #simulationId: string;
  #before: Event | undefined;

  constructor(simulationId: string, report: ReportViolation) {
    this.#simulationId = simulationId;
    this.#report = report;
  }

  event(event: Event, place: Place): void {
    const before = this.#before;
    if (event.simulation_id !== this.#simulationId) {
      this.#report(
        "simulation-id",
        place,
        `simulation_id is ${event.simulation_id}, not ${this.#simulationId}`,
      );
    }
    if (before) this.#order(before, event, place);
    this.#start(event, place);
    if (event.lossy?.some((pointer) => !isJsonPointer(pointer))) {
      this.#report(
        "lossy-pointer",
        place,
        `lossy holds what is no JSON Pointer: ${JSON.stringify(event.lossy)}`,
      );
    }
    this.#before = event;
  }

  #order(before: Event, event: Event, place: Place): void {
    if (event.event_id < before.event_id) {
      this.#report("id-order", place, `${event.event_id} comes after ${before.event_id}, which is greater`);
    }
    if (event.timestamp < before.timestamp) {
      this.#report("timestamp-order", place, `${event.timestamp} comes after ${before.timestamp}`);
    }
    if (event.turn_number < before.turn_number) {
      this.#report("turn-order", place, `turn ${event.turn_number} comes after turn ${before.turn_number}`);
    }
  }

  #start(event: Event, place: Place): void {
    const isStart = event.event_type === "MILESTONE" && event.milestone_type === "simulation_start";
    if (this.#before) {
      if (isStart) this.#report("run-start", place, "a second simulation_start");
    } else if (!isStart) {
      this.#report("run-start", place, `the first event is ${nameOf(event)}, not simulation_start`);
    } else if (event.turn_number !== 0) {
      this.#report("run-start", place, `simulation_start is in turn ${event.turn_number}, not in turn 0`);
    }
  }
}

function nameOf(event: Event): string {
  return event.event_type === "MILESTONE" ? event.milestone_type : `of kind ${event.event_type}`;
}

/** RFC 6901: empty, or parts that each begin with `/`, where `~` is written `~0` and `/` is `~1`. */
function isJsonPointer(text: string): boolean {
  return /^(?:\/(?:[^~/]|~[01])*)*$/.test(text);
}
