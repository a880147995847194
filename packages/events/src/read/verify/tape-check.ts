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

/**
 * Holds the tape to its own lines, and the log to the tape. Not the tape to the log: answers whose events a kill has taken stay
 * on it.
 */
export class TapeCheck {
  readonly #options: TapeCheckOptions;
  /** The first events that name each attempt. */
  readonly #calls = new Map<string, Place>();
  /** Whether a session went on without the tape: attempts are missing then, and rightly. */
  #isPartial = false;

  constructor(options: TapeCheckOptions) {
    this.#options = options;
  }

  event({ details }: Event, place: Place): void {
    if (typeof details?.call !== "string") return;
    const { call } = details;
    if (parseCoordinate(call) && !this.#calls.has(call)) this.#calls.set(call, place);
  }

  /** @throws RunReadError where the tape cannot be read at all */
  async read(runDirectory: string, signal: AbortSignal | undefined): Promise<void> {
    if (!existsSync(join(runDirectory, TAPE_FILE))) return;
    const { report, simulationId } = this.#options;
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
      const code = error.code === "FORMAT_NEWER" ? error.code : "SEGMENT_UNREADABLE";
      throw new RunReadError(code, error.path, error.message, error);
    }
    if (this.#isPartial) return;
    for (const [call, place] of this.#calls) report("tape-call", place, `${call} is not on the tape`);
  }

  #attempt({ coordinate, messages, schema }: RecordedAttempt, state: TapeState): void {
    const call = coordinateText(coordinate);
    this.#calls.delete(call);
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
