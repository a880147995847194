import fs from "node:fs";
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { dirname } from "node:path";
import type { MemoryDisk } from "../write/memory-disk.test.fixture.ts";

type Bytes = Buffer;

/** A descriptor that no system gives. */
const FIRST_DESCRIPTOR = 2_000_000_000;

/**
 * Makes the files of a simulated disk those that this process finds below `root`, so that the real reader reads them, with nothing laid
 * out on a real disk: that would take most of the time. Only what readers ask is there.
 *
 * @param root no real directory; what lies there on the simulated disk is of the same path
 * @returns what takes it away again
 */
export function mounted(disk: MemoryDisk, root: string): () => void {
  const open = new Map<number, { bytes: Bytes; path: string }>();
  let next = FIRST_DESCRIPTOR;
  const isHere = (path: unknown): path is string => typeof path === "string" && path.startsWith(root);
  const missing = (path: string) => Object.assign(new Error(`ENOENT: ${path}`), { code: "ENOENT" });
  const isDirectory = (path: string) => [...disk.files().keys()].some((name) => name.startsWith(`${path}/`));
  const statOf = (path: string) => {
    const file = disk.files().get(path);
    if (!file && !isDirectory(path)) throw missing(path);
    return {
      ino: file?.inode ?? 0,
      size: file?.bytes.length ?? 0,
      // Whoever held a lock has ended, and was silent for long.
      mtimeMs: path.endsWith(".lock") ? 0 : (file?.modified ?? 0),
      isFile: () => file !== undefined,
      isDirectory: () => file === undefined,
      isSymbolicLink: () => false,
    };
  };
  const opened = (path: string): number => {
    const file = disk.files().get(path);
    if (!file) throw missing(path);
    open.set(next, { bytes: Buffer.from(file.bytes), path });
    return next++;
  };
  const held = (descriptor: number) => {
    const file = open.get(descriptor);
    if (!file) throw Object.assign(new Error("EBADF"), { code: "EBADF" });
    return file;
  };
  const readInto = (
    descriptor: number,
    into: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ) => {
    const part = held(descriptor).bytes.subarray(position, position + length);
    into.set(part, offset);
    return part.length;
  };
  const handle = (descriptor: number) => ({
    fd: descriptor,
    stat: async () => statOf(held(descriptor).path),
    read: async (into: Uint8Array, offset: number, length: number, position: number) => ({
      bytesRead: readInto(descriptor, into, offset, length, position),
    }),
    readFile: async () => held(descriptor).bytes,
    createReadStream: ({ start = 0 }: { start?: number }) => inOne(held(descriptor).bytes.subarray(start)),
    close: async () => void open.delete(descriptor),
  });
  const text = (bytes: Bytes, encoding: unknown) =>
    typeof encoding === "string" && Buffer.isEncoding(encoding) ? bytes.toString(encoding) : bytes;
  const giveBack = [
    replaced(fs, "existsSync", isHere, (path) => disk.files().has(path) || isDirectory(path)),
    replaced(fs, "statSync", isHere, statOf),
    replaced(fs, "lstatSync", isHere, statOf),
    replaced(fs, "realpathSync", isHere, (path) => path),
    replaced(fs, "openSync", isHere, opened),
    replaced(fs, "readFileSync", isHere, (path, encoding) => text(held(opened(path)).bytes, encoding)),
    replaced(fs, "readFileSync", isOurs, (file, encoding) => text(held(file).bytes, encoding)),
    replaced(fs, "fstatSync", isOurs, (file) => statOf(held(file).path)),
    replaced(fs, "closeSync", isOurs, (file) => void open.delete(file)),
    replaced(fs, "readSync", isOurs, (file, into, offset, length, position) =>
      into instanceof Uint8Array ? readInto(file, into, Number(offset), Number(length), Number(position)) : 0,
    ),
    replaced(promises, "stat", isHere, async (path) => statOf(path)),
    replaced(promises, "open", isHere, async (path) => handle(opened(path))),
    replaced(promises, "readdir", isHere, async (path) => {
      if (!isDirectory(path)) throw missing(path);
      return [...disk.files().keys()]
        .filter((name) => dirname(name) === path)
        .map((name) => ({ ...statOf(name), name: name.slice(path.length + 1) }));
    }),
  ];
  syncBuiltinESMExports();
  return () => {
    for (const back of giveBack.toReversed()) back();
    syncBuiltinESMExports();
  };
}

function isOurs(file: unknown): file is number {
  return typeof file === "number" && file >= FIRST_DESCRIPTOR;
}

async function* inOne(bytes: Bytes): AsyncGenerator<Bytes> {
  if (bytes.length > 0) yield bytes;
}

/** What it is asked is answered by `by`, the rest as before. */
function replaced<First>(
  on: object,
  name: string,
  isAsked: (first: unknown) => first is First,
  by: (first: First, ...rest: unknown[]) => unknown,
): () => void {
  const before: unknown = Reflect.get(on, name);
  Reflect.set(on, name, (...given: unknown[]) => {
    const [first, ...rest] = given;
    if (isAsked(first)) return by(first, ...rest);
    return typeof before === "function" ? Reflect.apply(before, on, given) : undefined;
  });
  return () => void Reflect.set(on, name, before);
}
