import { closeSync, readSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { codeOf } from "@llm-sim/events/errors";
import { DEFAULT_MAX_LINE_BYTES, LineSplitter, type Position } from "@llm-sim/events/read";
import {
  isOutOfFiles,
  leadsAstray,
  openRegular,
  openRegularFile,
  type RegularFile,
  TAPE_FILE,
} from "@llm-sim/events/run";
import { parseTapeLine, type TapeLine } from "@llm-sim/events/tape";
import { type Stretch, TapeIndex, TapeOfLaterFormat } from "./tape-index.ts";

const CHUNK_BYTES = 1024 * 1024;
/** So many bytes before the place up to which a tape was read tell whether it is still the same. */
const ENDING_BYTES = 256;

/** Of the indexes of tapes so many bytes are held in memory, of all runs together: those asked last. */
const MAX_HELD = 256 * 1024 * 1024;
/** The least recently used comes first. */
const held = new Set<RunTape>();

interface Indexed {
  index: TapeIndex;
  inode: number;
  size: number;
  modified: number;
  /** Where the first line begins that has not been taken. */
  next: Position;
  /** What stands before it. */
  ending: Buffer;
}

/** What models were asked and answered, wherever that stands. */
export interface Tape {
  /** What the tape holds by now; a text that says why nobody can know; `undefined` where there is no tape. */
  look(): Promise<TapeIndex | string | undefined>;
  /**
   * Calls `work` with what reads lines of the tape: parsed and held to their hashes, or `undefined` where one is not what it
   * was, or the tape went away.
   */
  reading<T>(work: (read: (place: Stretch) => TapeLine | undefined) => Promise<T>): Promise<T>;
}

/** A run's tape, known by its index, which grows as the tape does. What is said on it is read where it stands. */
export class RunTape implements Tape {
  readonly #path: string;
  readonly #root: string;
  #known: Indexed | undefined;
  #refusal: string | undefined;
  #refreshing: Promise<TapeIndex | undefined> | undefined;

  constructor(runDirectory: string) {
    this.#path = join(runDirectory, TAPE_FILE);
    this.#root = dirname(resolve(runDirectory));
  }

  /** Bytes of memory, about. */
  get heldBytes(): number {
    return this.#known?.index.bytes ?? 0;
  }

  /** Bytes behind the last whole line. */
  get tornBytes(): number {
    return this.#known === undefined ? 0 : this.#known.size - this.#known.next.offset;
  }

  async look(): Promise<TapeIndex | string | undefined> {
    if (this.#refreshing !== undefined) await this.#refreshing; // it may have looked before the asker's own write
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    // Not what is known later: another tape may have needed the room.
    const index = await this.#refreshing;
    held.delete(this);
    if (index !== undefined) held.add(this);
    this.#makeRoom();
    return this.#refusal ?? index;
  }

  /** The one just asked is kept, however large it is. */
  #makeRoom(): void {
    let bytes = 0;
    for (const tape of held) bytes += tape.heldBytes;
    for (const tape of held) {
      if (bytes <= MAX_HELD || tape === this) return;
      bytes -= tape.heldBytes;
      tape.#known = undefined;
      held.delete(tape);
    }
  }

  reading<T>(work: (read: (place: Stretch) => TapeLine | undefined) => Promise<T>): Promise<T> {
    return this.readingBytes((read) => work((place) => tapeLineIn(read(place))));
  }

  /** As `reading`, of bytes that nothing is held to. */
  async readingBytes<T>(work: (read: (place: Stretch) => Buffer | undefined) => Promise<T>): Promise<T> {
    let file: number | undefined;
    try {
      file = openRegular(this.#path, this.#root);
    } catch (error) {
      if (isOutOfFiles(error)) throw error;
      return work(() => undefined);
    }
    const descriptor = file;
    try {
      return await work((place) => bytesIn(descriptor, place));
    } finally {
      closeSync(descriptor);
    }
  }

  async #refresh(): Promise<TapeIndex | undefined> {
    const astray = leadsAstray(this.#path, this.#root);
    const file = astray === undefined ? statSync(this.#path, { throwIfNoEntry: false }) : undefined;
    const why = file === undefined || file.isFile() ? astray : "it is no file";
    this.#refusal = why === undefined ? undefined : `${TAPE_FILE} is not read: ${why}`;
    if (file === undefined || why !== undefined) {
      this.#known = undefined;
      return undefined;
    }
    const before = this.#known;
    if (before !== undefined && isAsKnown(file, before)) return before.index;
    try {
      const known = await readOn(this.#path, this.#root, file, before);
      this.#known = known;
      return known.index;
    } catch (error) {
      this.#known = undefined;
      if (error instanceof TapeOfLaterFormat) this.#refusal = error.message;
      else if (codeOf(error) === undefined || isOutOfFiles(error)) throw error;
      else
        this.#refusal = `${TAPE_FILE} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      return undefined;
    }
  }
}

/** `undefined` where it cannot be read. */
export function tapeLineIn(bytes: Uint8Array | undefined): TapeLine | undefined {
  const parsed = bytes === undefined ? undefined : parseTapeLine(bytes, TAPE_FILE);
  return parsed?.ok === true ? parsed.line : undefined;
}

function isAsKnown(
  file: { ino: number; size: number; mtimeMs: number },
  { inode, size, modified }: Indexed,
): boolean {
  return inode === file.ino && size === file.size && modified === file.mtimeMs;
}

async function readOn(
  path: string,
  root: string,
  file: { ino: number; size: number; mtimeMs: number },
  known: Indexed | undefined,
): Promise<Indexed> {
  const handle = await openRegularFile(path, root);
  try {
    const isSame = known?.inode === file.ino && (await endingAt(handle, known.next)).equals(known.ending);
    const { index, next: from } =
      isSame && known !== undefined ? known : { index: new TapeIndex(), next: { offset: 0, line: 1 } };
    const splitter = new LineSplitter(from, DEFAULT_MAX_LINE_BYTES);
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let next = from;
    let size = from.offset;
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, size);
      if (bytesRead === 0) break;
      size += bytesRead;
      for (const line of splitter.push(chunk.subarray(0, bytesRead))) {
        index.take(line);
        next = { offset: line.next, line: line.line + 1 };
      }
    }
    // A newline that comes later makes a blank line of its own.
    for (const line of splitter.end()) if (index.take(line)) next = { offset: size, line: line.line };
    const ending = await endingAt(handle, next);
    // What was written while it was read is not the file that was looked at.
    const modified = size === file.size ? file.mtimeMs : Number.NaN;
    return { index, inode: file.ino, size, modified, next, ending };
  } finally {
    await handle.close();
  }
}

async function endingAt(handle: RegularFile, { offset }: Position): Promise<Buffer> {
  const length = Math.min(offset, ENDING_BYTES);
  const ending = Buffer.alloc(length);
  const { bytesRead } = await handle.read(ending, 0, length, offset - length);
  return ending.subarray(0, bytesRead);
}

function bytesIn(file: number, { offset, length }: Stretch): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(length);
  try {
    for (let at = 0; at < length; ) {
      const read = readSync(file, bytes, at, length - at, offset + at);
      if (read === 0) return undefined;
      at += read;
    }
  } catch {
    return undefined;
  }
  return bytes;
}
