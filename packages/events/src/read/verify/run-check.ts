import type { Line } from "../../line/index.ts";
import type { RunManifest, RunStatus, SegmentListing } from "../../run/index.ts";
import { type Event, includesLevel, isRecordedAt, isRefusal, type VerifyRule } from "../../schema/index.ts";
import type { Place, Segment } from "../segment/index.ts";
import { CauseCheck } from "./cause-check.ts";
import { EnvelopeCheck } from "./envelope-check.ts";
import { LossCheck } from "./loss-check.ts";
import { checkFinalCounts, checkManifest } from "./manifest-check.ts";
import { MANIFEST_PLACE, type RecordedLoss, type ReportViolation } from "./report.ts";
import { UNPROVEN_BY_CRASH, UNPROVEN_BY_LOSS } from "./rules.ts";
import { SegmentCheck } from "./segment-check.ts";
import { StateCheck } from "./state-check.ts";
import { TurnCheck } from "./turn-check.ts";
import type { Stretch } from "./violation-log.ts";

export interface RunCheckOptions {
  simulationId: string;
  manifest: RunManifest | undefined;
  listing: SegmentListing;
  isBeingWritten: boolean;
  report: ReportViolation;
}

/** Everything that is asked of a run of our own. */
export class RunCheck {
  readonly #losses: LossCheck;
  readonly #options: RunCheckOptions;
  readonly #report: ReportViolation;
  readonly #envelope: EnvelopeCheck;
  readonly #causes: CauseCheck;
  readonly #turns: TurnCheck;
  readonly #state: StateCheck;
  readonly #segments: SegmentCheck;
  readonly #checksState: boolean;
  #lines = 0;
  #events = 0;
  /** Of simulation_end. */
  #endedAt: string | undefined;
  /** The greatest timestamp yet. */
  #latest = "";
  #isDisordered = false;
  #lastPlace: Place = MANIFEST_PLACE;

  constructor(options: RunCheckOptions) {
    const { report, manifest, simulationId } = options;
    this.#options = options;
    this.#report = report;
    this.#losses = new LossCheck(manifest?.loss);
    this.#envelope = new EnvelopeCheck(manifest?.simulation_id ?? simulationId, report);
    this.#causes = new CauseCheck(report, manifest?.causes?.max_causes);
    this.#turns = new TurnCheck(report);
    this.#state = new StateCheck(report);
    this.#segments = new SegmentCheck(report);
    // A coarser log does not hold the changes that a hash would be the hash of.
    this.#checksState = manifest === undefined || includesLevel(manifest.verbosity, "STATE");
    checkManifest(manifest, simulationId, report);
  }

  line(segment: Segment, line: Line, event: Event | undefined): void {
    this.#lines++;
    this.#segments.line(segment, line, event);
  }

  /** @returns whether an event of this id comes for the first time: nothing else is asked of a line that is repeated */
  isNew(event: Event): boolean {
    return this.#causes.isNew(event);
  }

  event(event: Event, place: Place): void {
    this.#events++;
    this.#lastPlace = place;
    const { manifest } = this.#options;
    if (this.#losses.isBehindLoss(event.timestamp)) this.#lost();
    this.#envelope.event(event, place);
    this.#causes.event(event, place);
    if (manifest && !isRecordedAt(manifest.verbosity, event) && !isOfVersion1(manifest, event)) {
      this.#report("verbosity", place, `${event.event_type} in a run recorded at ${manifest.verbosity}`);
    }
    this.#turns.event(event, place);
    if (this.#checksState) this.#state.event(event, place);
    if (this.#endedAt !== undefined && event.timestamp >= this.#endedAt && event.event_type !== "SYSTEM") {
      this.#report("run-end", place, `${event.event_type} after simulation_end`);
    }
    if (event.event_type === "MILESTONE" && event.milestone_type === "simulation_end")
      this.#endedAt = event.timestamp;
    if (this.#losses.value(event, place) === "invalid") this.#state.loss();
    if (this.#losses.event(event, place) || this.#isBehind(event)) this.#lost();
  }

  /** What follows from events that are missing, or stand elsewhere, is not asked for a while. */
  #lost(): void {
    this.#turns.loss();
    this.#state.loss();
  }

  /** Between an event that is out of order and those it should stand before, what follows from the order is not asked. */
  #isBehind({ timestamp }: Event): boolean {
    if (timestamp >= this.#latest) {
      this.#latest = timestamp;
      return false;
    }
    this.#isDisordered = true;
    this.#losses.unordered(timestamp, this.#latest);
    return true;
  }

  /** @param tornAt where the log ends in the middle of a line */
  end(onDisk: readonly Segment[], tornAt: Place | undefined): void {
    const { manifest, listing, isBeingWritten } = this.#options;
    const isOpen = isBeingWritten || manifest?.status === "running";
    this.#losses.end();
    this.#envelope.end(this.#losses.hasLostFile);
    this.#causes.end((id) => this.#losses.wasInLostFile(id));
    this.#segments.end(manifest, listing, onDisk, isOpen);
    if (isOpen) {
      if (!isBeingWritten) this.#crash(tornAt);
      return;
    }
    if (manifest && manifest.counts.dropped > this.#losses.dropped) {
      // The log breaks off where the disk took no more, perhaps in the middle of a turn, of a line even.
      this.#turns.loss();
    } else if (tornAt) {
      const message = "the log ends in the middle of a line: `llm-sim repair` sets it aside";
      this.#report("torn-line", tornAt, message);
    }
    const isAllLost = manifest?.counts.written === 0 && manifest.counts.dropped > 0;
    if (this.#events === 0 && !isAllLost) this.#report("run-start", MANIFEST_PLACE, "the log holds no event");
    if (!manifest) return;
    checkFinalCounts(manifest, { events: this.#events, lines: this.#lines }, this.#losses, this.#report);
    this.#ended(manifest.status);
  }

  get losses(): RecordedLoss[] {
    return this.#losses.losses;
  }

  /** When events went missing before the log told of it, or stand in another order than their times. */
  get unprovenStretches(): readonly Stretch[] {
    return this.#losses.stretches;
  }

  get unproven(): VerifyRule[] {
    if (this.#losses.hasLostSession) return [...UNPROVEN_BY_CRASH];
    return this.#losses.losses.length > 0 || this.#isDisordered ? [...UNPROVEN_BY_LOSS] : [];
  }

  /** The writer was killed: what it had not written is missing, and a line may be torn, which is no violation. */
  #crash(tornAt: Place | undefined): void {
    const message =
      "the writer is gone without having closed the run: `llm-sim repair` recounts it and records the loss";
    this.#losses.unrecorded("session_lost", tornAt ?? this.#lastPlace, message);
  }

  #ended(status: RunStatus): void {
    const { open } = this.#turns;
    if (status === "completed" && open !== undefined) {
      this.#report("run-end", this.#lastPlace, `turn ${open} is open at the end of a completed run`);
    }
    if (this.#endedAt !== undefined || this.#losses.losses.length > 0) return;
    this.#report("run-end", this.#lastPlace, `the run is ${status}, but the log has no simulation_end`);
  }
}

/** Runs of version 1 recorded refusals at every verbosity. */
function isOfVersion1({ format_version = 1 }: RunManifest, event: Event): boolean {
  return format_version < 2 && isRefusal(event);
}
