import { existsSync } from "node:fs";
import { join } from "node:path";
import { TAPE_FILE } from "../../run/index.ts";
import type { Event } from "../../schema/index.ts";
import {
  coordinateText,
  isTapeError,
  parseCoordinate,
  type RecordedAttempt,
  readTape,
  TapeState,
  type UnreadableLine,
} from "../../tape/index.ts";
import { type Place, RunReadError } from "../segment/index.ts";
import type { ReportViolation } from "./report.ts";

export interface TapeCheckOptions {
  simulationId: string;
  /** Being written, or left by a writer that was killed: the last line may be torn. */
  isOpen: boolean;
  report: ReportViolation;
}

/** What a session begins with that goes on where another was killed, or was told to stop. */
const LATER_SESSION: ReadonlySet<string | undefined> = new Set(["session_lost", "resumed"]);

/** Holds the tape to its own lines, the log to the tape, and, where nothing can have come between them, the tape to the log. */
export class TapeCheck {
  readonly #options: TapeCheckOptions;
  /** The first events that name each attempt. */
  readonly #calls = new Map<string, Place>();
  /** All attempts that an event names. */
  readonly #named = new Set<string>();
  /** Attempts that no event names, and that nothing of this side broke off. */
  readonly #unnamed = new Set<string>();
  /** Whether a session went on without the tape: attempts are missing then, and rightly. */
  #isPartial = false;
  /** Answers whose events a kill has taken stay on the tape. */
  #isOfSeveralSessions = false;

  constructor(options: TapeCheckOptions) {
    this.#options = options;
  }

  event(event: Event, place: Place): void {
    if (event.event_type === "SYSTEM" && LATER_SESSION.has(event.error_type))
      this.#isOfSeveralSessions = true;
    const call = event.details?.call;
    if (typeof call !== "string" || this.#named.has(call) || !parseCoordinate(call)) return;
    this.#named.add(call);
    this.#calls.set(call, place);
  }

  /**
   * @param said what run.json says: whether the log holds the event of each attempt that was made, as far as one session goes, and
   * whether a tape was kept
   * @throws RunReadError `FORMAT_NEWER`
   */
  async read(
    runDirectory: string,
    { isWhole, isKept }: { isWhole: boolean; isKept: boolean },
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { report, simulationId } = this.#options;
    if (!existsSync(join(runDirectory, TAPE_FILE))) {
      const [first] = this.#calls;
      if (isKept && first !== undefined)
        report("tape-call", first[1], `${TAPE_FILE} is not there, which ${first[0]} is on`);
      return;
    }
    const state = new TapeState();
    try {
      const onUnreadable = (line: UnreadableLine) => this.#unreadable(line);
      for await (const item of readTape(runDirectory, { state, onUnreadable })) {
        signal?.throwIfAborted();
        if (item.line === "tape" && item.simulation_id !== simulationId)
          report("tape-line", TAPE_PLACE, `the tape is that of run ${item.simulation_id}`);
        if (item.line === "tape" && item.attempts === false) this.#isPartial = true;
        if (item.line === "attempt") this.#attempt(item, state);
      }
    } catch (error) {
      if (!isTapeError(error)) throw error;
      const { code, path, message } = error;
      if (code === "FORMAT_NEWER") throw new RunReadError(code, path, message, error);
      // The rest of the report holds without it; where the run lies on this machine is told to nobody.
      report("tape-line", TAPE_PLACE, message.replaceAll(path, TAPE_FILE));
      return;
    }
    if (this.#isPartial) return;
    for (const [call, place] of this.#calls) report("tape-call", place, `${call} is not on the tape`);
    if (isWhole && !this.#isOfSeveralSessions)
      for (const call of this.#unnamed) report("tape-event", TAPE_PLACE, `${call} has no event in the log`);
  }

  #attempt({ coordinate, messages, schema, broken_off_by }: RecordedAttempt, state: TapeState): void {
    const call = coordinateText(coordinate);
    this.#calls.delete(call);
    // What was broken off is not always waited for.
    if (!this.#named.has(call) && broken_off_by === undefined) this.#unnamed.add(call);
    if (state.texts !== true) return;
    const missing = messages.find((hash) => !state.messages.has(hash));
    const { report } = this.#options;
    if (missing !== undefined) report("tape-message", TAPE_PLACE, `${call}: there is no message ${missing}`);
    if (schema !== undefined && !state.schemas.has(schema))
      report("tape-message", TAPE_PLACE, `${call}: there is no schema ${schema}`);
  }

  #unreadable({ file, line, offset, reason, torn }: UnreadableLine): void {
    if (torn && this.#options.isOpen) return;
    const message = torn ? "the tape ends in the middle of a line: `llm-sim repair` sets it aside" : reason;
    this.#options.report("tape-line", { file, line, offset }, message);
  }
}

/** Of the tape as a whole. */
const TAPE_PLACE: Readonly<Place> = { file: TAPE_FILE, line: 0, offset: 0 };
