import type { Event } from "../../schema/index.ts";
import type { Place } from "../segment/index.ts";
import type { ReportViolation } from "./report.ts";

/** Other runs' ids are named once each; past so many, they are not told apart. */
const MAX_OTHER_RUNS = 10;

/** What must hold of each event by itself and beside the one before it. */
export class EnvelopeCheck {
  readonly #report: ReportViolation;
  readonly #simulationId: string;
  readonly #otherRuns = new Set<string>();
  #before: Event | undefined;
  /** By (timestamp, place). */
  #first: { event: Event; place: Place } | undefined;
  #hasStart = false;

  /** @param simulationId the run's own: run.json's, where there is one */
  constructor(simulationId: string, report: ReportViolation) {
    this.#simulationId = simulationId;
    this.#report = report;
  }

  event(event: Event, place: Place): void {
    if (event.simulation_id !== this.#simulationId) this.#otherRun(event.simulation_id, place);
    if (this.#before) this.#order(this.#before, event, place);
    if (this.#first === undefined || event.timestamp < this.#first.event.timestamp)
      this.#first = { event, place };
    if (isStart(event)) {
      if (this.#hasStart) this.#report("run-start", place, "a second simulation_start");
      this.#hasStart = true;
    }
    if (event.lossy?.some((pointer) => !isJsonPointer(pointer))) {
      this.#report(
        "lossy-pointer",
        place,
        `lossy holds what is no JSON Pointer: ${JSON.stringify(event.lossy)}`,
      );
    }
    this.#before = event;
  }

  /** @param isBeginningLost whether events that had been written are known to be lost */
  end(isBeginningLost: boolean): void {
    if (this.#first === undefined || (isBeginningLost && !this.#hasStart)) return;
    const { event, place } = this.#first;
    if (!isStart(event)) {
      this.#report("run-start", place, `the first event is ${nameOf(event)}, not simulation_start`);
    } else if (event.turn_number !== 0) {
      this.#report("run-start", place, `simulation_start is in turn ${event.turn_number}, not in turn 0`);
    }
  }

  #otherRun(id: string, place: Place): void {
    if (this.#otherRuns.has(id) || this.#otherRuns.size >= MAX_OTHER_RUNS) return;
    this.#otherRuns.add(id);
    const message = `simulation_id is ${id}, not ${this.#simulationId}: the first of its events here`;
    this.#report("simulation-id", place, message);
  }

  /** A line that is out of order is so once: its id and turn go with its time. */
  #order(before: Event, event: Event, place: Place): void {
    if (event.timestamp < before.timestamp) {
      this.#report("timestamp-order", place, `${event.timestamp} comes after ${before.timestamp}`);
      return;
    }
    if (event.event_id < before.event_id) {
      this.#report("id-order", place, `${event.event_id} comes after ${before.event_id}, which is greater`);
    }
    if (event.turn_number < before.turn_number) {
      this.#report("turn-order", place, `turn ${event.turn_number} comes after turn ${before.turn_number}`);
    }
  }
}

function isStart(event: Event): boolean {
  return event.event_type === "MILESTONE" && event.milestone_type === "simulation_start";
}

function nameOf(event: Event): string {
  return event.event_type === "MILESTONE" ? event.milestone_type : `of kind ${event.event_type}`;
}

/** RFC 6901: empty, or parts that each begin with `/`, where `~` is written `~0` and `/` is `~1`. */
function isJsonPointer(text: string): boolean {
  return /^(?:\/(?:[^~/]|~[01])*)*$/.test(text);
}
