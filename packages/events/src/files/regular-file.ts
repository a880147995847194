import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  type Stats,
} from "node:fs";
import { open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { codeOf } from "../errors.ts";
import { leadsAstray } from "./link.ts";

/**
 * For reading, and neither through a link that was put in the file's place meanwhile, nor waiting for whoever writes into a FIFO.
 * Windows knows neither.
 */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Whether a link in the file's place makes opening it fail. */
const NEVER_FOLLOWS = constants.O_NOFOLLOW !== undefined;

/** A file that is open, in words that need no types of Node's. */
export interface RegularFile {
  readonly fd: number;
  stat(): Promise<{ ino: number; size: number; mtimeMs: number }>;
  /** Fills bytes of `into` with those of the file from `position` on; fewer at its end. */
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  readFile(): Promise<Uint8Array>;
  /** Closes the file at its end, unless `autoClose` is false. */
  createReadStream(options: {
    autoClose?: boolean;
    start?: number;
    highWaterMark: number;
  }): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** What is at a path is there, and is not opened: a link that leads out, or nothing that can be read like a file. */
class FileRefused extends Error {
  override readonly name = "FileRefused";
  readonly code = "FILE_REFUSED";
  readonly path: string;

  constructor(path: string, reason: string) {
    super(`${path} is not read: ${reason}`);
    this.path = path;
  }
}

/**
 * Opens a file of a run to read it: a regular one, by no link that leads out of the directory that holds the run, and without
 * ever waiting. Whatever is read of a run is opened here, or by the functions below.
 *
 * @param root what is not left; by default the directory above the file's
 * @returns a descriptor
 * @throws an error with the code `FILE_REFUSED`, or the system's
 */
export function openRegular(path: string, root?: string): number {
  return openedRegular(path, root).file;
}

function openedRegular(path: string, root?: string): { file: number; found: Stats } {
  const file = NEVER_FOLLOWS
    ? (openedAtOnce(path) ?? openSync(placeOf(path, root), FLAGS))
    : openSync(placeOf(path, root), FLAGS);
  try {
    const found = fstatSync(file);
    requireRegular(path, found);
    return { file, found };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** `undefined` where it is no file that is simply there: then it is looked at closely, which says what it is. */
function openedAtOnce(path: string): number | undefined {
  try {
    return openSync(path, FLAGS);
  } catch (error) {
    // Spares a look where there is nothing.
    if (codeOf(error) === "ENOENT") throw error;
    return undefined;
  }
}

/** As `openRegular`. */
export async function openRegularFile(path: string, root?: string): Promise<RegularFile> {
  const file = await open(placeOf(path, root), FLAGS);
  try {
    requireRegular(path, await file.stat());
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** All that a file opened by `openRegular` holds, as text. */
export function readRegular(path: string, root?: string): string {
  const { file, found } = openedRegular(path, root);
  try {
    // A list of runs reads thousands that are small: one look at the size, one read, and nothing that is left behind.
    if (found.size === 0 || found.size >= ROOM_BYTES) return readFileSync(file, "utf8");
    const length = fill(file, found.size + 1, 0);
    // Positions are given, so that a file that has grown meanwhile is read from its start.
    return length === found.size ? room().toString("utf8", 0, length) : readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

/** A stretch of a file, and how large that is. */
export interface FileStretch {
  /** Holds until the next file is read: what is wanted of it is taken out at once. */
  bytes: Uint8Array;
  size: number;
}

/** The first bytes of a file opened by `openRegular`: fewer where it is no longer. @param most at most 64 KiB */
export function firstOfRegular(path: string, most: number): FileStretch {
  return stretch(path, most, () => 0);
}

/** The last bytes of a file, as `firstOfRegular` gives the first. */
export function lastOfRegular(path: string, most: number): FileStretch {
  return stretch(path, most, (size) => Math.max(0, size - most));
}

const ROOM_BYTES = 64 * 1024;
let shared: Buffer | undefined;

function room(): Buffer {
  shared ??= Buffer.allocUnsafeSlow(ROOM_BYTES);
  return shared;
}

function stretch(path: string, most: number, from: (size: number) => number): FileStretch {
  const { file, found } = openedRegular(path);
  try {
    const length = fill(file, Math.min(most, ROOM_BYTES), from(found.size));
    return { bytes: room().subarray(0, length), size: found.size };
  } finally {
    closeSync(file);
  }
}

/** @returns how many bytes were read */
function fill(file: number, most: number, from: number): number {
  let length = 0;
  while (length < most) {
    const count = readSync(file, room(), length, most - length, from + length);
    if (count === 0) break;
    length += count;
  }
  return length;
}

/** Where the file lies, a link inside `root` followed. */
function placeOf(path: string, root = dirname(dirname(resolve(path)))): string {
  const found = lstatSync(path);
  if (!found.isSymbolicLink()) {
    requireRegular(path, found);
    return path;
  }
  const astray = leadsAstray(path, root);
  if (astray !== undefined) throw new FileRefused(path, astray);
  return realpathSync(path);
}

function requireRegular(path: string, found: { isFile(): boolean }): void {
  if (!found.isFile()) throw new FileRefused(path, "it is no regular file");
}
