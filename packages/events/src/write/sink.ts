import type { EndedBy, LossTally, RunCalls } from "../run/index.ts";
import type { Mishaps } from "./mishap.ts";
import type { Trouble } from "./ring.ts";

/**
 * Where finished lines go, for a sink of one's own (`openEventStream({ sink })`): a socket, an array, a database.
 * `write` takes one line without its newline; the buffer is only lent for the call. It answers `false` when it
 * has no room: the event then counts as dropped, and the loss is recorded.
 */
export interface Sink {
  write(line: Uint8Array): boolean;
  /** Resolves when all that was written is where it belongs. */
  flush(): Promise<void>;
  /** Flushes and releases everything. May be called twice. */
  close(): Promise<void>;
  /**
   * Takes one line of the tape without its newline; the buffer is only lent. It throws where it cannot keep the line: nothing of
   * the tape is dropped. Absent: the stream has no tape.
   */
  writeTape?(line: Uint8Array): void;
}

/** What a sink has done with the lines it was given. */
export interface SinkStats {
  /** Lines that are where they belong. */
  written: number;
  /** Bytes of those lines, newlines included. */
  bytes: number;
  /** Segments there are, the active one included. */
  segments: number;
  /** Lines that were written, into files that are gone; not among `written`. */
  lost: number;
  /** The disk's last complaint, as long as it stands. */
  lastError: string | undefined;
}

/**
 * Room for one line, lent by a sink so that the encoder writes it in place: `buffer[start, limit)`.
 * `claim` (or `widen`, when the line turned out longer) sets `start` and `limit`; `commit` makes the line the sink's own.
 */
export interface LineBuffer {
  readonly buffer: Buffer;
  readonly start: number;
  readonly limit: number;
  /**
   * @param privileged may use the part that is kept for MILESTONE and SYSTEM
   * @returns whether there is room for a small line
   */
  claim(privileged: boolean): boolean;
  /** The line did not fit between `start` and `limit`: look for more room. The line is then encoded anew. */
  widen(privileged: boolean): boolean;
  /** Takes the `length` bytes from `start`, newline included. `false` where the sink refuses them after all. */
  commit(length: number): boolean;
}

/** Lines that were admitted and can no longer be written. */
export interface Unwritten {
  tally: LossTally | undefined;
  /** Events that were dropped before, of which one of these lines would have told. */
  unreported: number;
}

/** How a run ended, for `run.json`. */
export interface Outcome {
  status: "completed" | "failed" | "interrupted";
  /** Absent where nobody said. */
  endedBy?: EndedBy | undefined;
  /** What was asked of language models, where something was. */
  calls?: RunCalls | undefined;
  /** Microseconds since 1970. */
  endTime: number;
  emitted: number;
  dropped: number;
  suppressed: number;
  /** What of this session the emitter dropped. */
  loss?: LossTally | undefined;
  /** How many of those, and of a loss before this session, the log was told of. Default none. */
  reported?: number | undefined;
}

/** An outcome, and how long compressing what is left may take; the events are in the file by then. */
export interface Ending extends Outcome {
  compressMs: number;
}

/** Where the tape's lines go, beside those of the log. */
export interface TapeSink {
  /** The most bytes that are taken at once; 0 where there is no tape. */
  readonly largestTapePart: number;
  /**
   * Takes a line of the tape, newline included, or a part of one: the parts of a line come one after the other. It does not wait.
   *
   * @param goesOn whether more of the line is to come
   * @returns whether there was room
   */
  putTape(part: Uint8Array, goesOn: boolean): boolean;
  /** Waits while there is no room, without blocking the event loop. */
  tapePatience(): TapePatience;
}

/** How long room on the way to the tape is waited for. */
export interface TapePatience {
  /** Why it is in vain to wait any longer; `undefined` while it is not. */
  inVain(): string | undefined;
}

/** The full port between the emitter and a place where lines go. */
export interface LineSink extends LineBuffer, TapeSink {
  /** Whether the thread that takes lines away is still being started: a queue that is full by then is worth waiting for. */
  isStarting(): boolean;
  /** Resolves when lines are taken, and those that were there before are where they belong, as far as that is possible. */
  started(): Promise<void>;
  stats(): SinkStats;
  flush(): Promise<void>;
  /** The same without giving the event loop a turn, for about so many milliseconds at most. */
  flushNow(milliseconds: number): void;
  /**
   * Writes what is left and releases everything.
   *
   * @returns how many lines could not be written
   */
  close(outcome: Outcome): Promise<number>;
  /** The same without giving the event loop a turn, for the end of a process. */
  closeNow(outcome: Outcome): number;
  /** Those lines, once it is closed. */
  unwritten(): Unwritten;
  /** What was last refused, where anything was; also when it is over. */
  trouble(): Trouble | undefined;
  /** Whether, by a look at it, the file that is being written is not what was left: a flush finds out, and counts what is lost. */
  missesFile(): boolean;
  /** What happened to the files in which those lines were to be. */
  mishaps(): Mishaps;
  /** After it was full: whether there is room for a good many lines again. */
  hasEased(): boolean;
  /** Whether anybody still takes lines away: with none, waiting for room is in vain. */
  isAlive(): boolean;
  /** Blocks until there is more room, for at most so many milliseconds; `false` where none came. */
  waitForRoom(milliseconds: number): boolean;
}
