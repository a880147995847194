import type { Event, MilestoneEvent } from "../../schema/index.ts";
import type { Place } from "../segment/index.ts";
import type { ReportViolation } from "./report.ts";

/** Turns open and close in pairs, one at a time, and what happens inside one has its number. */
export class TurnCheck {
  readonly #report: ReportViolation;
  #open: number | undefined;
  #last = 0;
  /** Events were lost: which turn is open is unknown until the next turn_start or turn_end. */
  #unproven = false;

  constructor(report: ReportViolation) {
    this.#report = report;
  }

  event(event: Event, place: Place): void {
    if (event.event_type === "MILESTONE" && event.milestone_type === "turn_start") this.#start(event, place);
    else if (event.event_type === "MILESTONE" && event.milestone_type === "turn_end") this.#end(event, place);
    else if (!this.#unproven && this.#open !== undefined && event.turn_number !== this.#open) {
      const message = `turn_number is ${event.turn_number} while turn ${this.#open} is open`;
      this.#report("turns", place, message);
    }
  }

  loss(): void {
    this.#unproven = true;
  }

  /** The number of the turn that is open, where one is known to be. */
  get open(): number | undefined {
    return this.#unproven ? undefined : this.#open;
  }

  #start({ turn_number: turn }: MilestoneEvent, place: Place): void {
    if (this.#open !== undefined && !this.#unproven) {
      this.#report("turns", place, `turn ${turn} starts while turn ${this.#open} is open`);
    } else if (turn <= this.#last) {
      this.#report("turns", place, `turn ${turn} starts after turn ${this.#last}`);
    }
    this.#open = turn;
    this.#last = turn;
    this.#unproven = false;
  }

  #end({ turn_number: turn }: MilestoneEvent, place: Place): void {
    if (this.#open !== turn && !this.#unproven) {
      const open = this.#open === undefined ? "no turn" : `turn ${this.#open}`;
      this.#report("turns", place, `turn ${turn} ends while ${open} is open`);
    }
    this.#open = undefined;
    this.#last = turn;
    this.#unproven = false;
  }
}
