import { basename, dirname } from "node:path";
import type { Disk } from "./disk.ts";

/** What a disk does with one call that changes it. `part` of a write is done before it fails or the process dies. */
export type Fault = "ok" | "fail" | "short" | "part then fail" | "die before" | "die in it" | "die after";

/** What happens to one call; `code` is what a refusal says, by default EIO. */
export interface Weather {
  fault: Fault;
  code?: string | undefined;
}

interface File {
  inode: number;
  bytes: Buffer;
  /** What would be there after a power loss at least. */
  synced: Buffer;
  /** What was done to it since, in order: after a power loss any of it may be there. */
  unsynced: Change[];
  /** Milliseconds since 1970. */
  modified: number;
}

type Change = { position: number; bytes: Buffer } | { size: number };

/** What was done to names and is not forced to the medium: all of one change or nothing of it. */
interface NameChange {
  directory: string;
  removed?: string;
  added?: { path: string; file: File };
}

/** A call and what became of it. */
export interface DiskCall {
  name: string;
  path: string;
  /** What was written, as far as it was. */
  bytes?: Buffer | undefined;
  position?: number | undefined;
  outcome: string;
}

class SystemError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/**
 * A disk in memory that fails, writes in part, fills up or takes its process with it, as told: each changing call takes
 * the next fault of the plan. A dead process does nothing any more, whatever its code still tries.
 */
export class MemoryDisk implements Disk {
  readonly #files = new Map<string, File>();
  #durable = new Map<string, File>();
  readonly #open = new Map<number, File>();
  #nextFile = 3;
  #nextInode = 1;
  #plan: Fault[] = [];
  #renamed: NameChange[] = [];
  isDead = false;
  /** Asked before each call that may be refused: what happens to it, where the plan says nothing. */
  weather: ((call: string) => Weather | undefined) | undefined;
  /** Told of each call that changes something, with what became of it. */
  onCall: ((call: DiskCall) => void) | undefined;
  /** For the times of files, in milliseconds since 1970. */
  now: () => number = () => 0;
  /** Bytes that it holds before it is full. */
  capacity = Number.POSITIVE_INFINITY;
  /** Whether a write that does not fit is done in part, or not at all. */
  takesParts = false;

  /** A new process on the same disk, with what may go wrong for it. */
  restart(plan: Fault[] = []): void {
    this.#open.clear();
    this.#plan = [...plan];
    this.isDead = false;
  }

  /**
   * What was not forced to the medium is gone, but for what is kept.
   *
   * @param keeps how much of a change to a file or a name is there all the same, from 0 to 1
   */
  losePower(keeps: (what: string) => number = () => 0): void {
    const lasting = new Map(this.#durable);
    for (const { removed, added } of this.#renamed) {
      if (keeps(`name ${added?.path ?? removed}`) < 1) continue;
      if (removed !== undefined) lasting.delete(removed);
      if (added) lasting.set(added.path, added.file);
    }
    for (const [path, file] of lasting) {
      let bytes: Buffer = Buffer.from(file.synced);
      for (const change of file.unsynced) {
        const part = keeps(`bytes of ${path}`);
        if ("size" in change) bytes = part < 1 ? bytes : resized(bytes, change.size);
        else
          bytes = laid(
            bytes,
            change.bytes.subarray(0, Math.floor(change.bytes.length * part)),
            change.position,
          );
      }
      file.bytes = bytes;
    }
    for (const file of lasting.values()) {
      file.synced = Buffer.from(file.bytes);
      file.unsynced = [];
    }
    this.#files.clear();
    for (const [path, file] of lasting) this.#files.set(path, file);
    this.#durable = lasting;
    this.#renamed = [];
    this.restart();
  }

  text(path: string): string | undefined {
    return this.#files.get(path)?.bytes.toString("utf8");
  }

  bytes(path: string): Buffer | undefined {
    return this.#files.get(path)?.bytes;
  }

  put(path: string, text: string): void {
    const file = { inode: this.#nextInode++, bytes: Buffer.from(text), synced: Buffer.from(text) };
    this.#files.set(path, { ...file, unsynced: [], modified: this.now() });
  }

  /** All files there are, by path. */
  files(): ReadonlyMap<string, Readonly<Pick<File, "inode" | "bytes" | "modified">>> {
    return this.#files;
  }

  /** By another hand than the process's: a file is taken away, cut off, replaced by another, or has other bytes. */
  meddle(
    path: string,
    what: { remove: true } | { replace: Buffer } | { size: number } | { bytes: Buffer },
  ): void {
    const file = this.#files.get(path);
    if ("replace" in what) this.put(path, what.replace.toString());
    else if (!file) return;
    else if ("remove" in what) this.#files.delete(path);
    else if ("size" in what) this.#alter(file, { size: what.size });
    else this.#alter(file, { size: 0 }, { position: 0, bytes: what.bytes });
    this.#durable = new Map([...this.#durable].filter(([name]) => name !== path));
    const now = this.#files.get(path);
    if (now) this.#durable.set(path, now);
    this.#renamed = this.#renamed.filter(({ removed, added }) => removed !== path && added?.path !== path);
  }

  #alter(file: File, ...changes: Change[]): void {
    for (const change of changes) {
      file.bytes =
        "size" in change ? resized(file.bytes, change.size) : laid(file.bytes, change.bytes, change.position);
      file.unsynced.push(change);
    }
    file.modified = this.now();
  }

  #rename(removed: string | undefined, path: string | undefined, file?: File): void {
    const directory = dirname(path ?? removed ?? "");
    if (removed !== undefined) this.#files.delete(removed);
    if (path !== undefined && file) this.#files.set(path, file);
    this.#renamed.push({
      directory,
      ...(removed !== undefined && { removed }),
      ...(path !== undefined && file && { added: { path, file } }),
    });
  }

  get usedBytes(): number {
    return [...this.#files.values()].reduce((sum, file) => sum + file.bytes.length, 0);
  }

  #check(): void {
    if (this.isDead) throw new SystemError("EDEAD", "the process is gone");
  }

  /** Runs one changing call under the next fault; `part` is what it does when it dies or fails in the middle. */
  #change<T>(call: Omit<DiskCall, "outcome">, whole: () => T, part?: () => T): T {
    this.#check();
    const text = `${call.name} ${call.path}`.trimEnd();
    const { fault, code = "EIO" }: Weather = this.#nextFault(text);
    const told = (outcome: string, written?: unknown) => {
      const bytes = typeof written === "number" && call.bytes ? call.bytes.subarray(0, written) : undefined;
      this.onCall?.({ ...call, bytes, outcome });
    };
    try {
      switch (fault) {
        case "ok":
          return this.#told(told, "ok", whole());
        case "short":
          return part ? this.#told(told, "short", part()) : this.#told(told, "ok", whole());
        case "fail":
          told(code);
          throw new SystemError(code, text);
        case "part then fail":
          this.#told(told, `in part, then ${code}`, part?.());
          throw new SystemError(code, `${text} in part`);
        case "die after":
          this.#told(told, "then the process dies", whole());
          break;
        case "die in it":
          this.#told(told, "in part: the process dies in it", part?.());
          break;
        case "die before":
          told("not done: the process dies before it");
          break;
      }
    } catch (error) {
      if (error instanceof SystemError && error.code !== code) told(error.code);
      throw error;
    }
    this.isDead = true;
    throw new SystemError("EDEAD", text);
  }

  #told<T>(told: (outcome: string, written?: unknown) => void, outcome: string, result: T): T {
    told(outcome, result);
    return result;
  }

  #nextFault(call: string): Weather {
    const fault = this.#plan.shift();
    return fault !== undefined ? { fault } : (this.weather?.(call) ?? { fault: "ok" });
  }

  /** What only looks may be refused too, where files cannot be opened. */
  #mayOpen(path: string): void {
    const found = this.weather?.(`look ${path}`);
    if (found?.fault !== "fail") return;
    this.onCall?.({ name: "open to read", path, outcome: found.code ?? "EIO" });
    throw new SystemError(found.code ?? "EIO", path);
  }

  #fileOf(handle: number): File {
    this.#check();
    const file = this.#open.get(handle);
    if (!file) throw new SystemError("EBADF", String(handle));
    return file;
  }

  #pathOf(handle: number): string {
    const file = this.#open.get(handle);
    for (const [path, found] of this.#files) if (found === file) return path;
    return "a file without a name";
  }

  #handleFor(file: File): number {
    this.#open.set(this.#nextFile, file);
    return this.#nextFile++;
  }

  #make(path: string): File {
    const file: File = {
      inode: this.#nextInode++,
      bytes: Buffer.alloc(0),
      synced: Buffer.alloc(0),
      unsynced: [],
      modified: this.now(),
    };
    this.#rename(undefined, path, file);
    return file;
  }

  open(path: string): number {
    this.#check();
    const file = this.#files.get(path);
    if (file) {
      this.#mayOpen(path);
      return this.#handleFor(file);
    }
    return this.#change({ name: "open", path }, () => this.#handleFor(this.#make(path)));
  }

  openToRead(path: string): number {
    this.#check();
    const file = this.#files.get(path);
    if (!file) throw new SystemError("ENOENT", path);
    this.#mayOpen(path);
    return this.#handleFor(file);
  }

  create(path: string): number {
    return this.#change({ name: "create", path }, () => {
      if (this.#files.has(path)) throw new SystemError("EEXIST", path);
      return this.#handleFor(this.#make(path));
    });
  }

  write(handle: number, bytes: Uint8Array, start: number, length: number, position: number): number {
    const file = this.#fileOf(handle);
    const put = (count: number): number => {
      const end = position + count;
      const grown = Math.max(0, end - file.bytes.length);
      const room = this.capacity - this.usedBytes;
      // As the systems do: what fits is taken, and only a write of which nothing fits fails.
      if (grown > room && room > 0 && this.takesParts) return put(count - grown + room);
      if (grown > room) throw new SystemError("ENOSPC", "no space left on device");
      this.#alter(file, { position, bytes: Buffer.from(bytes.subarray(start, start + count)) });
      return count;
    };
    const call = {
      name: "write",
      path: this.#pathOf(handle),
      position,
      bytes: Buffer.from(bytes.buffer, bytes.byteOffset + start, length),
    };
    return this.#change(
      call,
      () => put(length),
      () => put(Math.max(1, Math.floor(length * 0.6))),
    );
  }

  read(handle: number, bytes: Uint8Array, start: number, length: number, position: number): number {
    const found = this.#fileOf(handle).bytes.subarray(position, position + length);
    bytes.set(found, start);
    return found.length;
  }

  size(handle: number): number {
    return this.#fileOf(handle).bytes.length;
  }

  truncate(handle: number, size: number): void {
    const file = this.#fileOf(handle);
    const call = { name: "truncate", path: this.#pathOf(handle), position: size };
    this.#change(call, () => this.#alter(file, { size }));
  }

  sync(handle: number): void {
    const file = this.#fileOf(handle);
    this.#change({ name: "sync", path: this.#pathOf(handle) }, () => {
      file.synced = Buffer.from(file.bytes);
      file.unsynced = [];
    });
  }

  close(handle: number): void {
    this.#check();
    if (!this.#open.delete(handle)) throw new SystemError("EBADF", String(handle));
  }

  get openFiles(): number {
    return this.#open.size;
  }

  rename(from: string, to: string): void {
    this.#change({ name: "rename", path: `${from} to ${basename(to)}` }, () => {
      const file = this.#files.get(from);
      if (!file) throw new SystemError("ENOENT", from);
      this.#rename(from, to, file);
    });
  }

  link(from: string, to: string): void {
    this.#change({ name: "link", path: `${from} to ${basename(to)}` }, () => {
      const file = this.#files.get(from);
      if (!file) throw new SystemError("ENOENT", from);
      if (this.#files.has(to)) throw new SystemError("EEXIST", to);
      this.#rename(undefined, to, file);
    });
  }

  stat(path: string): { inode: number; size: number; modified: number } | undefined {
    this.#check();
    const file = this.#files.get(path);
    return file && { inode: file.inode, size: file.bytes.length, modified: file.modified };
  }

  makeDirectory(): void {
    this.#check();
  }

  touch(path: string): void {
    this.#check();
    const file = this.#files.get(path);
    if (file) file.modified = this.now();
  }

  remove(path: string): void {
    if (!this.#files.has(path)) return;
    this.#change({ name: "remove", path }, () => this.#rename(path, undefined));
  }

  exists(path: string): boolean {
    this.#check();
    return this.#files.has(path);
  }

  list(directory: string): string[] {
    this.#check();
    return [...this.#files.keys()]
      .filter((path) => dirname(path) === directory)
      .map((path) => path.slice(directory.length + 1));
  }

  syncDirectory(directory: string): void {
    this.#change({ name: "sync directory", path: directory }, () => {
      for (const path of this.#durable.keys()) if (dirname(path) === directory) this.#durable.delete(path);
      for (const [path, file] of this.#files) if (dirname(path) === directory) this.#durable.set(path, file);
      this.#renamed = this.#renamed.filter((change) => change.directory !== directory);
    });
  }
}

function resized(bytes: Buffer, size: number): Buffer {
  if (size <= bytes.length) return Buffer.from(bytes.subarray(0, size));
  return Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]);
}

/** What is written behind the end leaves zeros before it. */
function laid(bytes: Buffer, over: Buffer, position: number): Buffer {
  if (over.length === 0) return bytes;
  const whole = Buffer.alloc(Math.max(bytes.length, position + over.length));
  bytes.copy(whole);
  over.copy(whole, position);
  return whole;
}
