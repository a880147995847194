import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { openRegular } from "../files/index.ts";

/**
 * The writer's only way to the disk: synchronous, since it runs in a thread of its own. Passed in, so that tests can fail,
 * tear, fill and stall it.
 */
export interface Disk {
  /** Opens for reading and writing, made where it is missing; by no link, and nothing but a regular file. */
  open(path: string): number;
  /** Opens for reading; fails with ENOENT where there is none. */
  openToRead(path: string): number;
  /** Makes the file; fails with EEXIST where there is one. */
  create(path: string): number;
  /** @returns bytes written, perhaps fewer than asked for */
  write(file: number, bytes: Uint8Array, start: number, length: number, position: number): number;
  /** @returns bytes read, 0 at the end */
  read(file: number, bytes: Uint8Array, start: number, length: number, position: number): number;
  size(file: number): number;
  truncate(file: number, size: number): void;
  /** Forces what was written to the medium. */
  sync(file: number): void;
  close(file: number): void;
  rename(from: string, to: string): void;
  /** Gives a file a second name; fails with EEXIST where that is taken. */
  link(from: string, to: string): void;
  /** Of what has the name itself, a link's own. `modified` in milliseconds since 1970; `undefined` where there is no such file. */
  stat(path: string): { inode: number; size: number; modified: number } | undefined;
  /** Sets a file's time to now. */
  touch(path: string): void;
  remove(path: string): void;
  exists(path: string): boolean;
  list(directory: string): string[];
  /** Makes a directory, and those above it, where they are missing. */
  makeDirectory(path: string): void;
  /** Forces a directory's entries (renames) to the medium, where the system can. */
  syncDirectory(path: string): void;
}

/** Neither through a link nor, where it is a FIFO, waiting for whoever reads it. Windows knows neither. */
const OPEN_FLAGS =
  constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

export const nodeDisk: Disk = {
  open(path) {
    const file = openSync(path, OPEN_FLAGS);
    if (fstatSync(file).isFile()) return file;
    closeSync(file);
    throw new Error(`${path} is no regular file`);
  },
  openToRead: (path) => openRegular(path),
  create: (path) => openSync(path, "wx+"),
  write: (file, bytes, start, length, position) => writeSync(file, bytes, start, length, position),
  read: (file, bytes, start, length, position) => readSync(file, bytes, start, length, position),
  size: (file) => fstatSync(file).size,
  truncate: (file, size) => ftruncateSync(file, size),
  sync: (file) => fsyncSync(file),
  close: (file) => closeSync(file),
  rename: (from, to) => renameSync(from, to),
  link: (from, to) => linkSync(from, to),
  stat(path) {
    const found = lstatSync(path, { throwIfNoEntry: false });
    return found && { inode: found.ino, size: found.size, modified: found.mtimeMs };
  },
  touch(path) {
    const now = new Date();
    utimesSync(path, now, now);
  },
  remove: (path) => rmSync(path, { force: true }),
  exists: (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
  list: (directory) => readdirSync(directory),
  makeDirectory: (path) => void mkdirSync(path, { recursive: true }),
  syncDirectory(path) {
    // Windows has no fsync of directories; its renames are journalled.
    if (process.platform === "win32") return;
    const file = openSync(path, "r");
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  },
};

/** Writes all of `bytes` and, with `sync`, waits for the medium. */
export function writeWhole(disk: Disk, file: number, bytes: Uint8Array, position: number): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSome(disk, file, bytes, written, bytes.length - written, position + written);
  }
}

/** @returns bytes written, at least one */
export function writeSome(
  disk: Disk,
  file: number,
  bytes: Uint8Array,
  start: number,
  length: number,
  position: number,
): number {
  const written = disk.write(file, bytes, start, length, position);
  if (written > 0) return written;
  throw new Error("the disk took no byte of a write");
}

/** @returns a small file's text, or `undefined` where there is none */
export function readText(disk: Disk, path: string): string | undefined {
  if (!disk.exists(path)) return undefined;
  const file = disk.openToRead(path);
  try {
    const bytes = Buffer.alloc(disk.size(file));
    const read = disk.read(file, bytes, 0, bytes.length, 0);
    return bytes.toString("utf8", 0, read);
  } finally {
    disk.close(file);
  }
}

/** Replaces a file in one step: whoever reads it sees the old or the new, never a part. */
export function replaceFile(disk: Disk, path: string, content: string | Uint8Array, sync: boolean): void {
  const temporary = `${path}.tmp`;
  disk.remove(temporary);
  const file = disk.create(temporary);
  let isWhole = false;
  try {
    writeWhole(disk, file, Buffer.from(content), 0);
    if (sync) disk.sync(file);
    isWhole = true;
  } finally {
    disk.close(file);
    // Where the disk is full, a part would only take room away.
    if (!isWhole) disk.remove(temporary);
  }
  disk.rename(temporary, path);
  if (sync) disk.syncDirectory(dirname(path));
}
