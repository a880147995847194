import type { LossTally, UntoldLoss } from "../run/index.ts";
import {
  EVENT_TYPES,
  includesLevel,
  levelOf,
  MAX_CAUSES,
  type SystemStatus,
  type VerbosityLevel,
} from "../schema/index.ts";
import type { LineSink, Mishap, Unwritten } from "../write/index.ts";
import { recordAsNull } from "./alter.ts";
import type { Clock } from "./clock.ts";
import { Draft } from "./draft.ts";
import { EventEncoder } from "./event-encoder.ts";
import type { CommonFields, SystemFields } from "./fields.ts";
import { EventHandle, standIn } from "./handle.ts";
import { InvalidEventError } from "./invalid-event-error.ts";
import { ACTION, DECISION, STATE, SYSTEM } from "./kinds.ts";
import { handleFor, isPrivileged, LineRecorder } from "./line-recorder.ts";
import { Loss } from "./loss.ts";
import type { Recall, RecordedPlace } from "./recall.ts";
import { messageOf, toRecordable } from "./recordable.ts";
import { isSystemStatus, markOf } from "./system-mark.ts";
import { UlidGenerator } from "./ulid.ts";
import { ownCauses, problemOf } from "./validate.ts";

export interface EmitterOptions {
  simulationId: string;
  verbosity: VerbosityLevel;
  sink: LineSink;
  clock: Clock;
  /** Bytes of the longest line. */
  maxEventSize: number;
  /** How many causes an event names at most; the kind's own number where it is left out. */
  maxCauses?: number | undefined;
  /** A full queue drops the newest event, or makes `emit` wait. */
  onFull: "drop" | "wait";
  /** Throw InvalidEventError instead of recording a SYSTEM failure. */
  strict: boolean;
  /** Where an earlier session of the run ended. */
  after?: { event_id: string; time: number; turn: number } | undefined;
  /** What earlier sessions counted. */
  counts?: { emitted: number; dropped: number; suppressed: number } | undefined;
}

/** What was asked of an emitter and what became of it. */
export interface EmitterCounts {
  emitted: number;
  dropped: number;
  suppressed: number;
  /** Recorded (written or still pending), by kind. */
  by_type: Record<string, number>;
}

const INVALID_EVENT = "invalid_event";
const EVENTS_DROPPED = "events_dropped";
// Deeper than anybody nests on purpose; an event whose reading emits the same event would go on for ever.
const MAX_DEPTH = 8;

/** Decides what becomes of each event: suppressed, refused, recorded or dropped; and keeps count of every one. */
export class Emitter {
  readonly verbosity: VerbosityLevel;
  /** What causes an event outside any scope: the run's start, then the open turn. */
  openCause: EventHandle | undefined;
  turnNumber: number;
  /** By kind. SYSTEM goes by its status. */
  readonly #recorded: readonly boolean[];
  readonly #sink: LineSink;
  readonly #encoder: EventEncoder;
  readonly #ids: UlidGenerator;
  readonly #recorder: LineRecorder;
  readonly #strict: boolean;
  readonly #draft = new Draft();
  readonly #byKind = new Array<number>(EVENT_TYPES.length).fill(0);
  #emitted = 0;
  #dropped = 0;
  #suppressed = 0;
  /** Of which the log does not speak yet. */
  #loss: Loss | undefined;
  /** All of this session. */
  #losses: Loss | undefined;
  #reported = 0;
  /** How many events are being made: reading a field may run code of the caller's (a getter, a proxy) that emits. */
  #depth = 0;
  #isClosed = false;
  /** Whether what is emitted takes the places of events in a log that is there. */
  #isRecalling = false;
  /** SYSTEM events that tell of the recording alone: nothing rests on them. */
  #ofRecording = 0;
  /** A list of causes that is given once stands for itself in each event that names it. */
  readonly #mostGiven: number;

  constructor(options: EmitterOptions) {
    this.verbosity = options.verbosity;
    this.#recorded = EVENT_TYPES.map(
      (type) => type === "SYSTEM" || includesLevel(options.verbosity, levelOf(type)),
    );
    this.#sink = options.sink;
    this.#encoder = new EventEncoder(options.simulationId, options.maxCauses);
    this.#mostGiven = Math.max(MAX_CAUSES, this.#encoder.mostCauses[ACTION] ?? 0);
    this.#ids = new UlidGenerator(options.after?.event_id);
    this.#recorder = new LineRecorder(this.#encoder, this.#ids, options);
    this.#strict = options.strict;
    this.#emitted = options.counts?.emitted ?? 0;
    this.#dropped = options.counts?.dropped ?? 0;
    this.#suppressed = options.counts?.suppressed ?? 0;
    this.turnNumber = options.after?.turn ?? 0;
    this.#encoder.turn = this.turnNumber;
  }

  /** A handle for an event of an earlier session of this run. */
  handleOf(eventId: string): EventHandle {
    const { block, counter } = this.#ids.parse(eventId);
    return EventHandle.of(block, counter);
  }

  setTurn(turn: number): void {
    this.turnNumber = turn;
    this.#encoder.turn = turn;
  }

  records(kind: number): boolean {
    return this.#recorded[kind] === true;
  }

  /** Whether all that is on record is milestones, and nothing else can be but SYSTEM. */
  get isUneventful(): boolean {
    return !this.records(DECISION) && this.#byKind[SYSTEM] === this.#ofRecording;
  }

  /** From now on what is emitted takes places in a log that is played again. */
  recall(log: Recall): void {
    this.#isRecalling = true;
    this.#recorder.recall(log);
  }

  /** The place of an event in the log that is played again; asked for in its order. */
  recalledPlace(eventId: string, time: number): RecordedPlace {
    return { ...this.#ids.recall(eventId), time };
  }

  /** Counts an event of a log that is not made again, as what follows goes on from behind it. */
  pass(kind: number): void {
    this.#byKind[kind] = (this.#byKind[kind] ?? 0) + 1;
  }

  /** A handle for one of those; asked for in the log's order. @param name of a variable, a milestone */
  passedHandle(eventId: string, kind: number, name: string): EventHandle {
    const { block, counter } = this.#ids.recall(eventId);
    return handleFor(EventHandle.of(block, counter), kind, name);
  }

  /**
   * What is emitted from now on is new, and stands behind all places that were asked for.
   *
   * @param time of the last of them, or later
   * @param written how many events the log has by now: those that were played again, and those that tell of the recording
   */
  goOn(time: number, written: number): void {
    this.#isRecalling = false;
    this.#emitted = written + this.#suppressed + this.#dropped;
    this.#recorder.recall(undefined, time);
  }

  /** Puts on record what became of the recording; it is no cause of anything. */
  tellOfRecording(fields: SystemFields): void {
    if (this.system(this.openCause, "warning", fields).event_id !== undefined) this.#ofRecording++;
  }

  /** @returns the present, in microseconds, as the next event would be stamped */
  now(): number {
    return this.#recorder.now();
  }

  counts(): EmitterCounts {
    return {
      emitted: this.#emitted,
      dropped: this.#dropped,
      suppressed: this.#suppressed,
      by_type: Object.fromEntries(EVENT_TYPES.map((type, kind) => [type, this.#byKind[kind] ?? 0])),
    };
  }

  /** Whether there is a loss that the log does not speak of yet. */
  get hasLoss(): boolean {
    return this.#loss !== undefined;
  }

  /** What was dropped in this session, and how much of it (and of losses before it) the log was told of. */
  losses(): { tally: LossTally | undefined; reported: number } {
    return { tally: this.#losses?.details(), reported: this.#reported };
  }

  /** Counts recorded events that could not be written after all. */
  lose({ tally }: Unwritten): void {
    if (!tally) return;
    this.#dropped += tally.dropped;
    EVENT_TYPES.forEach((type, kind) => {
      this.#byKind[kind] = (this.#byKind[kind] ?? 0) - (tally.counts[type] ?? 0);
    });
  }

  /** Puts on record a loss of an earlier session, of which that one's log could not tell. */
  tellOf({ path, reason, counts, ...tally }: UntoldLoss): void {
    const { dropped } = tally;
    const details = { ...tally, ...(Object.keys(counts).length > 0 && { counts }), path, reason };
    const description = `${dropped} events of an earlier session were lost: ${path}: ${reason}`;
    const fields = { error_type: EVENTS_DROPPED, description, details };
    if (this.system(this.openCause, "warning", fields).event_id !== undefined) this.#reported += dropped;
  }

  /** Puts on record what happened to a file that is being written, and what of the log was in it. */
  tellOfMishap({ path, reason, lost }: Mishap): void {
    const what = lost === undefined ? "" : `; ${lost.dropped} events that were in it are lost`;
    const description = `${path}: ${reason}${what}`;
    const error_type = lost === undefined ? "file_lost" : EVENTS_DROPPED;
    const details = { ...lost, ...(lost && { were_written: lost.dropped }), path, reason };
    const fields = { error_type, description, details };
    if (this.system(this.openCause, "warning", fields).event_id !== undefined)
      this.#reported += lost?.dropped ?? 0;
  }

  /** Events after this are counted as dropped. */
  close(): void {
    this.#isClosed = true;
  }

  /** Counts an event that the verbosity leaves out. */
  suppress(scope: EventHandle | undefined, fields: CommonFields | undefined): EventHandle {
    this.#emitted++;
    this.#suppressed++;
    if (fields === undefined && scope) return scope;
    let causes: unknown;
    try {
      causes = fields?.caused_by;
    } catch {
      // A field that cannot be read names no cause.
    }
    if (causes === undefined && scope) return scope;
    return standIn(scope, ownCauses(causes, this.#ids));
  }

  /**
   * One handle for what a scope is to be caused by.
   *
   * @returns `fallback` where `causes` names no event of this run
   * @throws InvalidEventError where the stream is `strict` and that is so
   */
  causeOf(causes: unknown, fallback: EventHandle | undefined): EventHandle | undefined {
    if (causes instanceof EventHandle && causes.block?.owner === this.#ids) return causes;
    const own = ownCauses(causes, this.#ids);
    const named = Array.isArray(causes) ? causes.length : 1;
    if (this.#strict && own.length !== named) {
      throw new InvalidEventError("because", "the cause is no handle of an event of this run");
    }
    if (own.length === 0) return fallback;
    const handle = standIn(undefined, own.length === 1 ? own[0] : own, this.#mostGiven);
    return handle.block || handle.standsFor?.length ? handle : fallback;
  }

  system(
    scope: EventHandle | undefined,
    status: SystemStatus,
    fields: SystemFields | undefined,
  ): EventHandle {
    // What is no status is recorded as invalid.
    if (isSystemStatus(status) && !includesLevel(this.verbosity, levelOf("SYSTEM", status, markOf(fields))))
      return this.suppress(scope, fields);
    return this.emit(this.draft().system(status, fields), scope);
  }

  /** For the next event: filled by the method of its kind and handed to `emit`, with nothing in between. */
  draft(): Draft {
    return this.#depth === 0 ? this.#draft : new Draft();
  }

  /** Records an event, or counts it as dropped. Throws only where the stream is `strict`. */
  emit(draft: Draft, scope: EventHandle | undefined): EventHandle {
    this.#depth++;
    try {
      if (this.#depth > MAX_DEPTH) return this.#dropUnread(draft, scope);
      const problem = this.#read(draft);
      if (problem === undefined) return this.#record(draft, scope);
      return this.#invalid(draft.kind, scope, problem, draft.asked);
    } finally {
      this.#depth--;
    }
  }

  /** An event that is emitted while it is itself being read, over and over. */
  #dropUnread(draft: Draft, scope: EventHandle | undefined): EventHandle {
    this.#emitted++;
    return this.#drop(draft, scope, this.now());
  }

  /** @returns what is wrong with the event */
  #read(draft: Draft): string | undefined {
    try {
      draft.read();
      const problem = problemOf(draft, this.#encoder, this.#ids);
      if (problem === undefined && draft.kind === STATE) recordAsNull(draft);
      return problem;
    } catch (error) {
      return `a field could not be read (${messageOf(error)})`;
    }
  }

  #record(draft: Draft, scope: EventHandle | undefined): EventHandle {
    this.#emitted++;
    if (this.#isClosed || (this.#loss && !this.#goOnAfterLoss(draft.kind))) {
      return this.#drop(draft, scope, this.now());
    }
    const recorded = this.#recorder.record(draft, scope);
    if (recorded === "no room")
      return this.#isRecalling ? this.#leaveOut(draft, scope) : this.#drop(draft, scope, this.now());
    if (recorded === "not encodable") {
      if (draft.label === INVALID_EVENT) return this.#drop(draft, scope, this.now());
      this.#emitted--;
      return this.#invalid(draft.kind, scope, "it could not be encoded", {});
    }
    this.#byKind[draft.kind] = (this.#byKind[draft.kind] ?? 0) + 1;
    return recorded;
  }

  /** The log that is played again does not have it. */
  #leaveOut(draft: Draft, scope: EventHandle | undefined): EventHandle {
    this.#suppressed++;
    return standIn(scope, draft.causedBy);
  }

  #drop(draft: Draft, scope: EventHandle | undefined, time: number): EventHandle {
    this.#dropped++;
    this.#loss ??= new Loss();
    this.#loss.add(draft.kind, time, this.turnNumber);
    this.#losses ??= new Loss();
    this.#losses.add(draft.kind, time, this.turnNumber);
    return standIn(scope, draft.causedBy);
  }

  /**
   * Puts what was dropped on record, before the next event that is.
   *
   * @returns whether the log has it now
   */
  reportLoss(): boolean {
    return this.#loss === undefined || this.#reportLoss();
  }

  /** After a loss, events are taken again when the queue has eased, so that a loss is one range and not one in every few events. */
  #goOnAfterLoss(kind: number): boolean {
    return (isPrivileged(kind) || this.#sink.hasEased()) && this.#reportLoss();
  }

  #reportLoss(): boolean {
    const loss = this.#loss;
    if (!loss) return true;
    const description = `${loss.total} events dropped: the queue was full`;
    const fields = { error_type: EVENTS_DROPPED, description, details: loss.details() };
    const draft = new Draft().system("warning", fields);
    draft.read();
    if (!(this.#recorder.record(draft, this.openCause) instanceof EventHandle)) return false;
    this.#emitted++;
    this.#byKind[SYSTEM] = (this.#byKind[SYSTEM] ?? 0) + 1;
    this.#reported += loss.total;
    this.#loss = undefined;
    return true;
  }

  #invalid(kind: number, scope: EventHandle | undefined, reason: string, asked: object): EventHandle {
    const eventType = EVENT_TYPES[kind] ?? "unknown";
    if (this.#strict) throw new InvalidEventError(eventType, reason);
    const lossy: string[] = [];
    const details = { event_type: eventType, reason, input: toRecordable(asked, "/details/input", lossy) };
    const description = `Not a valid ${eventType} event: ${reason}`;
    const draft = new Draft().system("failure", { error_type: INVALID_EVENT, description, details });
    draft.read();
    if (lossy.length > 0) draft.lossy = lossy;
    return this.#record(draft, scope);
  }
}
