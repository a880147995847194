import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import {
  type Dialect,
  type Line,
  type LineFault,
  nativeFault,
  type ParsedLine,
  parseEventLine,
} from "../../line/index.ts";
import { type OptionNames, unknownOption } from "../../naming/index.ts";
import {
  closedSegments,
  isBeingWritten,
  MANIFEST_FILE,
  type RunManifest,
  readManifest,
} from "../../run/index.ts";
import { includesLevel, type VerifyResult } from "../../schema/index.ts";
import { listSegments, type Place, type Segment, walkSegments } from "../segment/index.ts";
import { ForeignCheck } from "./foreign-check.ts";
import type { ReportViolation, VerifyReport } from "./report.ts";
import { RunCheck } from "./run-check.ts";
import { TapeCheck } from "./tape-check.ts";
import { ViolationLog } from "./violation-log.ts";

const DEFAULT_MAX_VIOLATIONS = 100;

export interface VerifyOptions {
  /** How many violations are listed; all are counted. Default 100. */
  maxViolations?: number;
  /** Called now and then, about once a megabyte. */
  onProgress?: (progress: { events: number; file: string; offset: number }) => void;
  /** Ends it with the signal's reason. */
  signal?: AbortSignal;
}

const VERIFY_OPTIONS: OptionNames<VerifyOptions> = { maxViolations: true, onProgress: true, signal: true };

/**
 * Holds a run to `VERIFY_RULES`, in one pass over its log and some 25 bytes of memory per event, besides the state
 * that its STATE events make. (Measured: 3 µs an event of 350 bytes; 6 million events in 17 s and 231 MB.)
 *
 * A run that is being written is verified as far as its last complete line. One without `run.json` is another hand's,
 * whatever its lines look like: it is only asked for its schema, unique ids and existing causes.
 *
 * @returns `result`: `violation` where a rule is broken; `loss` where the log is right but events are known to be
 *   missing from it, on account of which the `unproven` rules could not be held throughout; otherwise `ok`
 * @example
 * const { result, violations } = await verifyRun("output/market-7");
 * @throws RunReadError `NOT_A_RUN`, `FORMAT_NEWER`, `SEGMENT_UNREADABLE`
 */
export async function verifyRun(runDirectory: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  const unknown = unknownOption("verifyRun", options, VERIFY_OPTIONS);
  if (unknown !== undefined) throw new RangeError(`${unknown}.`);
  const run = new Verification(runDirectory, options.maxViolations ?? DEFAULT_MAX_VIOLATIONS);
  for await (const { segment, lines } of walkSegments(runDirectory)) {
    options.signal?.throwIfAborted();
    for (const line of lines) run.line(segment, line);
    options.onProgress?.({ events: run.events, file: segment.file, offset: lines.at(-1)?.next ?? 0 });
  }
  await run.tape(runDirectory, options.signal);
  return run.end(await listSegments(runDirectory));
}

class Verification {
  events = 0;
  #repeated = 0;
  readonly #simulationId: string;
  readonly #hasManifest: boolean;
  readonly #manifest: RunManifest | undefined;
  readonly #isBeingWritten: boolean;
  readonly #log: ViolationLog;
  /** Of the first event. */
  #dialect: Dialect | undefined;
  readonly #check: RunCheck | ForeignCheck;
  readonly #tape: TapeCheck;
  /** Of the event that is looked at. */
  #timestamp: string | undefined;
  /** A line that is no event and has no newline: the log's torn end, unless more follows. */
  #torn: TornLine | undefined;

  constructor(runDirectory: string, maxViolations: number) {
    this.#simulationId = basename(resolve(runDirectory));
    // Before the manifest: a run that ends meanwhile is taken for one that is being written, of which less is asked.
    this.#isBeingWritten = isBeingWritten(runDirectory);
    this.#hasManifest = existsSync(join(runDirectory, MANIFEST_FILE));
    this.#manifest = readManifest(runDirectory);
    this.#log = new ViolationLog(maxViolations);
    const report: ReportViolation = (rule, place, message) =>
      this.#log.add(rule, place, message, this.#timestamp);
    this.#check = this.#hasManifest
      ? new RunCheck({
          simulationId: this.#simulationId,
          manifest: this.#manifest,
          listing: closedSegments(runDirectory, this.#manifest),
          isBeingWritten: this.#isBeingWritten,
          report,
        })
      : new ForeignCheck(report);
    this.#tape = new TapeCheck({
      simulationId: this.#manifest?.simulation_id ?? this.#simulationId,
      isOpen: this.#isBeingWritten || this.#manifest?.status === "running",
      report,
    });
  }

  /** After the log: of a run that is being written, the tape is never behind it. */
  async tape(runDirectory: string, signal: AbortSignal | undefined): Promise<void> {
    this.#timestamp = undefined;
    const said = { isWhole: this.#hasAllCalls, isKept: this.#hasKeptTape };
    if (this.#hasManifest) await this.#tape.read(runDirectory, said, signal);
  }

  /** Whether the config has models asked and their answers kept. */
  get #hasKeptTape(): boolean {
    const config = this.#manifest?.config;
    const llm = isRecord(config) ? config.llm : undefined;
    return isRecord(llm) && llm.tape !== "off";
  }

  /** Whether each model call has to have its event: a simulation records it, at this level, and nothing is known to be missing. */
  get #hasAllCalls(): boolean {
    const { status, causes, counts, verbosity } = this.#manifest ?? {};
    return (
      status === "completed" &&
      causes?.by === "simulation" &&
      verbosity !== undefined &&
      includesLevel(verbosity, "DECISION") &&
      counts?.dropped === 0 &&
      this.#check.losses.length === 0 &&
      this.#log.isEmpty
    );
  }

  line(segment: Segment, line: Line): void {
    this.#timestamp = undefined;
    this.#notTorn();
    const place = { file: segment.file, line: line.line, offset: line.offset };
    const parsed = line.damage === undefined ? parseEventLine(line.bytes) : damaged(line.damage);
    if (parsed.ok) {
      const { event, dialect } = parsed;
      this.#dialect ??= dialect;
      const check = this.#check;
      const isNew = check.isNew(event);
      check.line(segment, line, isNew ? event : undefined);
      if (!isNew) {
        this.#repeated++;
        this.#log.add("id-unique", place, `${event.event_id} is there already: the line is repeated`);
        return;
      }
      this.events++;
      this.#timestamp = event.timestamp;
      // The upcast is for what another hand wrote; the events go on as they were understood.
      if (dialect === "python" && check instanceof RunCheck) {
        this.#log.add("schema", place, nativeFault(line.bytes) ?? `in the ${dialect} dialect`);
      }
      check.event(event, place);
      this.#tape.event(event, place);
      return;
    }
    const { fault, reason } = parsed;
    if (line.terminated) this.#noEvent(segment, line, fault, reason);
    else this.#torn = { segment, line, fault, reason, place };
  }

  end(onDisk: readonly Segment[]): VerifyReport {
    this.#timestamp = undefined;
    const check = this.#check;
    if (check instanceof ForeignCheck) this.#notTorn();
    check.end(onDisk, this.#torn?.place);
    const { losses, unprovenStretches, unproven } = check;
    const { violations, count } = this.#log.settle(unprovenStretches);
    return {
      simulation_id: this.#simulationId,
      result: resultOf(count, losses.length),
      dialect: this.#dialect ?? "native",
      has_manifest: this.#hasManifest,
      events: this.events,
      repeated_lines: this.#repeated,
      being_written: this.#isBeingWritten,
      violations,
      violation_count: count,
      losses,
      unproven,
    };
  }

  #noEvent(segment: Segment, line: Line, fault: LineFault, reason: string): void {
    this.#check.line(segment, line, undefined);
    this.#log.add(fault, { file: segment.file, line: line.line, offset: line.offset }, reason);
  }

  /** More follows after what looked like the log's torn end: it is a line like any other that is no event. */
  #notTorn(): void {
    const torn = this.#torn;
    if (!torn) return;
    this.#torn = undefined;
    this.#noEvent(torn.segment, torn.line, torn.fault, torn.reason);
  }
}

interface TornLine {
  segment: Segment;
  line: Line;
  fault: LineFault;
  reason: string;
  place: Place;
}

function damaged(reason: string): ParsedLine {
  return { ok: false, fault: "line", reason };
}

function resultOf(violations: number, losses: number): VerifyResult {
  if (violations > 0) return "violation";
  return losses > 0 ? "loss" : "ok";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
