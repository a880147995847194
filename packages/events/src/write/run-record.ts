import { join } from "node:path";
import { FORMAT_VERSION, formatTimestamp, MANIFEST_FILE } from "../layout/index.ts";
import type { Provenance, RecordedCauses, RunManifest } from "../run/index.ts";
import type { VerbosityLevel } from "../schema/index.ts";
import type { Disk } from "./disk.ts";
import { ManifestFile } from "./manifest-file.ts";
import { type Mishap, type Mishaps, NO_MISHAPS, placeOfLoss, withMishap } from "./mishap.ts";
import type { RecoveredRun } from "./recover.ts";
import { leaveMishaps, type RingMemory, type Trouble } from "./ring.ts";
import type { Ending, Unwritten } from "./sink.ts";
import { lossOf, lossUntilNow, QUEUE_FULL } from "./tally.ts";

export interface RecordOptions {
  directory: string;
  simulationId: string;
  verbosity: VerbosityLevel;
  /** Microseconds since 1970. */
  startTime: number;
  provenance: Provenance;
  durability: "none" | "fsync";
  recovered: RecoveredRun;
}

/** Counts what was written and what was lost with files, and says so in run.json. */
export class RunRecord {
  readonly #memory: RingMemory;
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #recovered: RecoveredRun;
  readonly #file: ManifestFile;
  readonly #manifest: RunManifest;
  #isStale = true;
  #mishaps: Mishaps = NO_MISHAPS;
  #written: number;
  #bytes: number;

  constructor(disk: Disk, memory: RingMemory, options: RecordOptions) {
    const { recovered, directory } = options;
    this.#disk = disk;
    this.#memory = memory;
    this.#directory = directory;
    this.#recovered = recovered;
    this.#file = new ManifestFile(disk, directory, options.durability === "fsync");
    this.#written = recovered.counts.written;
    this.#bytes = recovered.bytes;
    this.#manifest = {
      // One that an older version began stays of that version.
      ...((recovered.sessionLost === undefined || recovered.last === undefined) && {
        format_version: FORMAT_VERSION,
      }),
      ...recovered.provenance,
      ...options.provenance,
      causes: causesOf(recovered, options.provenance),
      simulation_id: options.simulationId,
      status: "running",
      ended_by: undefined,
      loss: undefined,
      end_time: undefined, // that of an earlier session, where it ended without a simulation_end
      verbosity: options.verbosity,
      start_time: formatTimestamp(recovered.startTime ?? options.startTime),
      counts: { ...recovered.counts },
      segments: undefined, // as an older version listed them
    };
  }

  /** Lines that were written, those of earlier sessions included, and less those in files that are gone. */
  get written(): number {
    return this.#written;
  }

  /** Of those lines. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether run.json has to be written before anything else is. */
  get isStale(): boolean {
    return this.#isStale;
  }

  /** How often something happened to a file in this session. */
  get mishaps(): number {
    return this.#mishaps.number;
  }

  get isThere(): boolean {
    return this.#disk.exists(join(this.#directory, MANIFEST_FILE));
  }

  wrote(lines: number, bytes: number): void {
    this.#written += lines;
    this.#bytes += bytes;
  }

  /** The directory was emptied, or removed: run.json is made anew. */
  wasRemoved(): void {
    this.#disk.makeDirectory(this.#directory);
    this.#file.forget();
    this.#isStale = true;
  }

  lostFile(mishap: Mishap, { tally, unreported }: Unwritten, bytes: number): void {
    this.#written -= tally?.dropped ?? 0;
    this.#bytes -= bytes;
    this.#manifest.counts.dropped += tally?.dropped ?? 0;
    if (tally) this.#isStale = true;
    this.happened({ ...mishap, lost: tally }, unreported);
  }

  happened(mishap: Mishap, unreported = 0): void {
    this.#mishaps = withMishap(this.#mishaps, mishap, unreported);
    leaveMishaps(this.#memory, this.#mishaps);
  }

  /** Says how far the run has come. */
  write(): void {
    const { counts } = this.#manifest;
    counts.written = this.#written;
    // While the run goes on, the counts are those of the lines on disk; the emitter's come with the outcome.
    if (this.#manifest.status === "running") {
      counts.emitted = counts.written + counts.dropped + counts.suppressed;
      counts.pending = 0;
      this.#manifest.loss = lossUntilNow(this.#recovered.loss, this.#mishaps, counts.dropped);
    }
    this.#file.write(this.#manifest);
    this.#isStale = false;
  }

  /** Says how the run has ended. @param unwritten what the disk did not take any more */
  finish(ending: Ending, unwritten: Unwritten, trouble: Trouble | undefined): void {
    const { counts } = this.#manifest;
    this.#manifest.status = ending.status;
    this.#manifest.ended_by = ending.endedBy;
    this.#manifest.calls = ending.calls;
    this.#manifest.end_time = formatTimestamp(ending.endTime);
    counts.written = this.#written;
    counts.emitted = ending.emitted;
    counts.dropped =
      ending.dropped + (this.#mishaps.lost.tally?.dropped ?? 0) + (unwritten.tally?.dropped ?? 0);
    counts.suppressed = ending.suppressed;
    counts.pending = 0;
    this.#manifest.loss = lossOf({
      before: this.#recovered.loss,
      toldBefore: this.#recovered.told,
      emitter: ending.loss,
      reported: ending.reported,
      unwritten,
      lost: this.#mishaps,
      dropped: counts.dropped,
      ...(trouble ?? placeOfLoss(this.#mishaps) ?? QUEUE_FULL),
    });
    this.#file.finish(this.#manifest);
  }
}

/** A session can take from what those before it claim, and add nothing: their events are in the log. */
function causesOf({ sessionLost, provenance }: RecoveredRun, given: Provenance): RecordedCauses | undefined {
  if (sessionLost === undefined) return given.causes;
  const isLess = given.causes !== undefined && given.causes.by !== provenance.causes?.by;
  if (provenance.causes === undefined) return undefined;
  const most = [provenance.causes, given.causes].flatMap((causes) => causes?.max_causes ?? []);
  return {
    ...provenance.causes,
    ...(isLess && { by: "emitter" }),
    ...(most.length > 0 && { max_causes: Math.min(...most) }),
  };
}
