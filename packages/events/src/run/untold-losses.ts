import type { Event } from "../schema/index.ts";
import type { UntoldLoss } from "./manifest.ts";

/** Losses that `run.json` tells of, less those of which the log's own warnings tell as well. */
export class UntoldLosses {
  readonly #losses: UntoldLoss[];

  constructor(losses: readonly UntoldLoss[] = []) {
    this.#losses = [...losses];
  }

  /** Each event of the log in turn: it may be the warning that tells of one. */
  event(event: Event): void {
    if (event.event_type !== "SYSTEM" || event.error_type !== "events_dropped") return;
    const { dropped, first_timestamp, last_timestamp } = event.details ?? {};
    // No two losses are of the same events.
    const told = this.#losses.findIndex(
      (loss) =>
        loss.dropped === dropped &&
        loss.first_timestamp === first_timestamp &&
        loss.last_timestamp === last_timestamp,
    );
    if (told >= 0) this.#losses.splice(told, 1);
  }

  get losses(): readonly UntoldLoss[] {
    return this.#losses;
  }

  /** How many events they are of. */
  get dropped(): number {
    return this.#losses.reduce((sum, { dropped }) => sum + dropped, 0);
  }
}
