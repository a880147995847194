import { join } from "node:path";
import { codeOf } from "../errors.ts";
import { type Line, LineSplitter, MAX_LINE_BYTES } from "../line/index.ts";
import { type OptionNames, unknownOption } from "../naming/index.ts";
import { isOutOfFiles, openRegularFile, TAPE_FILE } from "../run/index.ts";
import { parseTapeLine } from "./parse-tape-line.ts";
import { TapeError } from "./tape-error.ts";
import { type TapeItem, TapeState } from "./tape-state.ts";

const CHUNK_BYTES = 1024 * 1024;

/** A line of the tape that cannot be read. */
export interface UnreadableLine {
  /** Relative to the run's directory. */
  file: string;
  /** From 1. */
  line: number;
  /** Byte at which it begins. */
  offset: number;
  reason: string;
  /** The last line, without its newline: its writer was killed in the middle of it, or writes it just now. */
  torn: boolean;
}

export interface ReadTapeOptions {
  /** Its name in the directory: `tape.jsonl` by default. */
  file?: string | undefined;
  /** Called for each line that cannot be read. */
  onUnreadable?: ((line: UnreadableLine) => void) | undefined;
  /** What the lines say that later ones build on is kept there: to go on writing the tape. */
  state?: TapeState | undefined;
}

const READ_TAPE_OPTIONS: OptionNames<ReadTapeOptions> = { file: true, onUnreadable: true, state: true };

/**
 * A run's tape from its first line to its last, each attempt with all of its messages, in memory that grows with the number of
 * messages, not with their length. Of a run that is being written: what is there so far. Nothing where there is no tape.
 *
 * @example
 * for await (const item of readTape("output/market-7"))
 *   if (item.line === "attempt") console.log(coordinateText(item.coordinate), item.text);
 * @throws TapeError; RangeError for an option there is none of
 */
export async function* readTape(
  runDirectory: string,
  options: ReadTapeOptions = {},
): AsyncGenerator<TapeItem, void, undefined> {
  const unknown = unknownOption("readTape", options, READ_TAPE_OPTIONS);
  if (unknown !== undefined) throw new RangeError(`${unknown}.`);
  const { file = TAPE_FILE, onUnreadable, state = new TapeState() } = options;
  const path = join(runDirectory, file);
  for await (const { bytes, damage, line, offset, terminated } of linesOf(path)) {
    const taken = damage ?? itemOf(bytes, path, state);
    if (typeof taken !== "string") yield taken;
    else onUnreadable?.({ file, line, offset, reason: taken, torn: !terminated });
  }
}

/** @returns the line, or why it cannot be read */
function itemOf(bytes: Uint8Array, path: string, state: TapeState): TapeItem | string {
  const parsed = parseTapeLine(bytes, path);
  if (parsed.ok) return state.take(parsed.line);
  if (parsed.newer !== undefined) throw new TapeError("FORMAT_NEWER", path, `${parsed.newer}.`);
  return parsed.reason;
}

async function* linesOf(path: string): AsyncGenerator<Line, void, undefined> {
  const splitter = new LineSplitter({ offset: 0, line: 1 }, MAX_LINE_BYTES);
  try {
    const file = await openRegularFile(path);
    const chunks = file.createReadStream({ highWaterMark: CHUNK_BYTES });
    for await (const chunk of chunks) yield* splitter.push(chunk);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    if (isOutOfFiles(error)) throw error;
    const what = error instanceof Error ? error.message : String(error);
    const message = codeOf(error) === "FILE_REFUSED" ? what : `${path} cannot be read: ${what}`;
    throw new TapeError("TAPE_UNREADABLE", path, `${message}.`, error);
  }
  yield* splitter.end();
}
