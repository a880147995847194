import { dirname } from "node:path";
import type { Disk } from "./disk.ts";

/** What a disk does with one call that changes it. `part` of a write is done before it fails or the process dies. */
export type Fault = "ok" | "fail" | "short" | "part then fail" | "die before" | "die in it" | "die after";

interface File {
  inode: number;
  bytes: Buffer;
  /** What would be there after a power loss. */
  synced: Buffer;
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
  isDead = false;
  /** Names of the changing calls, for a test that wants to place a fault. */
  readonly calls: string[] = [];
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

  /** What was not forced to the medium is gone. */
  losePower(): void {
    this.#files.clear();
    for (const [path, file] of this.#durable) {
      this.#files.set(path, { ...file, bytes: Buffer.from(file.synced) });
    }
    this.restart();
  }

  text(path: string): string | undefined {
    return this.#files.get(path)?.bytes.toString("utf8");
  }

  bytes(path: string): Buffer | undefined {
    return this.#files.get(path)?.bytes;
  }

  put(path: string, text: string): void {
    this.#files.set(path, { inode: this.#nextInode++, bytes: Buffer.from(text), synced: Buffer.from(text) });
  }

  get usedBytes(): number {
    return [...this.#files.values()].reduce((sum, file) => sum + file.bytes.length, 0);
  }

  #check(): void {
    if (this.isDead) throw new SystemError("EDEAD", "the process is gone");
  }

  /** Runs one changing call under the next fault; `part` is what it does when it dies or fails in the middle. */
  #change<T>(name: string, whole: () => T, part?: () => T): T {
    this.#check();
    this.calls.push(name);
    const fault = this.#plan.shift() ?? "ok";
    switch (fault) {
      case "ok":
        return whole();
      case "short":
        return part ? part() : whole();
      case "fail":
        throw new SystemError("EIO", name);
      case "part then fail":
        part?.();
        throw new SystemError("EIO", `${name} in part`);
      case "die after":
        whole();
        break;
      case "die in it":
        part?.();
        break;
      case "die before":
        break;
    }
    this.isDead = true;
    throw new SystemError("EDEAD", name);
  }

  #fileOf(handle: number): File {
    this.#check();
    const file = this.#open.get(handle);
    if (!file) throw new SystemError("EBADF", String(handle));
    return file;
  }

  #handleFor(file: File): number {
    this.#open.set(this.#nextFile, file);
    return this.#nextFile++;
  }

  #make(path: string): File {
    const file = { inode: this.#nextInode++, bytes: Buffer.alloc(0), synced: Buffer.alloc(0) };
    this.#files.set(path, file);
    return file;
  }

  open(path: string): number {
    this.#check();
    const file = this.#files.get(path);
    if (file) return this.#handleFor(file);
    return this.#change(`open ${path}`, () => this.#handleFor(this.#make(path)));
  }

  openToRead(path: string): number {
    this.#check();
    const file = this.#files.get(path);
    if (!file) throw new SystemError("ENOENT", path);
    return this.#handleFor(file);
  }

  create(path: string): number {
    return this.#change(`create ${path}`, () => {
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
      const whole = Buffer.alloc(Math.max(file.bytes.length, end));
      file.bytes.copy(whole);
      whole.set(bytes.subarray(start, start + count), position);
      file.bytes = whole;
      return count;
    };
    return this.#change(
      "write",
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
    this.#change("truncate", () => {
      file.bytes = Buffer.from(file.bytes.subarray(0, size));
    });
  }

  sync(handle: number): void {
    const file = this.#fileOf(handle);
    this.#change("sync", () => {
      file.synced = Buffer.from(file.bytes);
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
    this.#change(`rename ${from}`, () => {
      const file = this.#files.get(from);
      if (!file) throw new SystemError("ENOENT", from);
      this.#files.delete(from);
      this.#files.set(to, file);
    });
  }

  link(from: string, to: string): void {
    this.#change(`link ${from}`, () => {
      const file = this.#files.get(from);
      if (!file) throw new SystemError("ENOENT", from);
      if (this.#files.has(to)) throw new SystemError("EEXIST", to);
      this.#files.set(to, file);
    });
  }

  stat(path: string): { inode: number; size: number; modified: number } | undefined {
    this.#check();
    const file = this.#files.get(path);
    return file && { inode: file.inode, size: file.bytes.length, modified: 0 };
  }

  makeDirectory(): void {
    this.#check();
  }

  touch(): void {
    this.#check();
  }

  remove(path: string): void {
    if (!this.#files.has(path)) return;
    this.#change(`remove ${path}`, () => void this.#files.delete(path));
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
    this.#change("syncDirectory", () => {
      for (const path of this.#durable.keys()) if (dirname(path) === directory) this.#durable.delete(path);
      for (const [path, file] of this.#files) if (dirname(path) === directory) this.#durable.set(path, file);
    });
  }
}
