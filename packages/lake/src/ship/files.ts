import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "@llm-sim/events/errors";
import { listSegments, readChunks, type Segment } from "@llm-sim/events/read";
import {
  isBeingWritten,
  LOCK_FILE,
  MANIFEST_FILE,
  openRegularFile,
  readManifest,
  TAPE_FILE,
} from "@llm-sim/events/run";
import { isIndexFile } from "@llm-sim/store";
import { readBatchHead, summaryAtAGlance } from "@llm-sim/store/port";
import type { Lake } from "../connection/index.ts";
import { type EditionKey, RowWriter } from "../rows/index.ts";
import { columnsOf } from "../tables/index.ts";

/** Milliseconds after which it is said again that a run is being written: who asks takes an old word for none. */
const SAY_AGAIN = 15_000;
const PART_BYTES = 8 * 1024 * 1024;
/** What is no part of a run: who writes it, and what may be deleted at any time. */
const isLeftOut = (name: string) =>
  name === LOCK_FILE || name.endsWith(".lock") || name.endsWith(".tmp") || isIndexFile(name);

interface Known {
  size: number;
  modified: number;
  sha256: string;
}

/** Ships what a run consists of beside its log and its tape: each file as it is by now, whole; a newer one counts. */
export class FileShipper {
  readonly #lake: Lake;
  readonly #directory: string;
  readonly #known = new Map<string, Known>();
  /** Of compressed segments, by inode. */
  readonly #damaged = new Map<number, boolean>();
  #manifestText = "";
  #saidAt = Number.NEGATIVE_INFINITY;
  #version = 0;

  constructor(lake: Lake, directory: string) {
    this.#lake = lake;
    this.#directory = directory;
  }

  /**
   * Ships the files that changed, `run.json` last: where it says that a run is over, all else is there.
   *
   * @param starts places of the segments, in their order
   */
  async catchUp(key: EditionKey, starts: readonly number[]): Promise<void> {
    const segments = await listSegments(this.#directory);
    const wanted = await this.#files(segments);
    const there = new Set(wanted);
    for (const file of this.#known.keys()) {
      if (there.has(file)) continue;
      await this.#gone(key, file);
      this.#known.delete(file);
    }
    for (const file of wanted) await this.#ship(key, file);
    await this.#run(key, segments, starts);
  }

  async #files(segments: readonly Segment[]): Promise<string[]> {
    const entries = await readdir(this.#directory, { withFileTypes: true, recursive: true });
    const inLog = new Set(segments.map(({ file }) => file));
    const files = entries
      .filter((entry) => entry.isFile() && !isLeftOut(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(this.#directory.length + 1))
      .filter((file) => file !== TAPE_FILE && !inLog.has(file));
    // Damaged ones cannot be made again from their lines.
    const damaged: string[] = [];
    for (const segment of segments) if (await this.#isDamaged(segment)) damaged.push(segment.file);
    return [
      ...files.filter((file) => file !== MANIFEST_FILE).toSorted(),
      ...damaged,
      ...files.filter((file) => file === MANIFEST_FILE),
    ];
  }

  async #isDamaged(segment: Segment): Promise<boolean> {
    if (!segment.compressed) return false;
    const known = this.#damaged.get(segment.inode);
    if (known !== undefined) return known;
    let found = false;
    for await (const chunk of readChunks(segment)) found ||= "damage" in chunk;
    this.#damaged.set(segment.inode, found);
    return found;
  }

  async #ship(key: EditionKey, name: string): Promise<void> {
    const path = join(this.#directory, name);
    try {
      const { size, mtimeMs } = await stat(path);
      const before = this.#known.get(name);
      if (before?.size === size && before.modified === mtimeMs) return;
      const file = await openRegularFile(path);
      let bytes: Uint8Array;
      try {
        bytes = await file.readFile();
      } finally {
        await file.close();
      }
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      if (before?.sha256 !== sha256) await this.#put(key, name, bytes, sha256);
      this.#known.set(name, { size, modified: mtimeMs, sha256 });
    } catch (error) {
      if (codeOf(error) !== "ENOENT" && codeOf(error) !== "FILE_REFUSED") throw error;
    }
  }

  async #put({ run }: EditionKey, name: string, bytes: Uint8Array, sha256: string): Promise<void> {
    const parts = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
    const version = this.#nextVersion();
    for (let part = parts - 1; part >= 0; part--) {
      const rows = new RowWriter();
      rows.begin(part);
      rows.text(run);
      rows.text(name);
      rows.uint32(part);
      rows.uint64(version);
      rows.uint32(parts);
      rows.text(sha256);
      rows.bytes(bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES));
      await this.#lake.insert(
        "files",
        columnsOf("files"),
        [rows.behind(-1)],
        `${run}:${name}:${version}:${part}`,
      );
    }
  }

  /** A file of no parts is none. */
  async #gone({ run }: EditionKey, name: string): Promise<void> {
    const version = this.#nextVersion();
    const rows = new RowWriter();
    rows.begin(0);
    rows.text(run);
    rows.text(name);
    rows.uint32(0);
    rows.uint64(version);
    rows.uint32(0);
    rows.text("");
    rows.text("");
    await this.#lake.insert("files", columnsOf("files"), [rows.behind(-1)], `${run}:${name}:${version}:0`);
  }

  async #run(
    { run, edition, runStarted }: EditionKey,
    segments: readonly Segment[],
    starts: readonly number[],
  ) {
    const manifest = readManifest(this.#directory);
    const files = segments.map(({ file }) => file);
    const isWritten = isBeingWritten(this.#directory);
    const text = JSON.stringify([edition, manifest, files, starts, isWritten]);
    const isDue = isWritten && performance.now() - this.#saidAt > SAY_AGAIN;
    if (text === this.#manifestText && !isDue) return;
    const version = this.#nextVersion();
    const rows = new RowWriter();
    rows.begin(0);
    rows.text(run);
    rows.uint64(version);
    rows.uint32(edition);
    rows.uint32(runStarted);
    rows.text(manifest?.status ?? "");
    rows.byte(isWritten ? 1 : 0);
    const summary = isWritten ? undefined : summaryAtAGlance(this.#directory);
    rows.text(summary === undefined ? "" : JSON.stringify(summary));
    const head = isWritten ? undefined : readBatchHead(this.#directory);
    rows.text(head === undefined ? "" : JSON.stringify(head));
    rows.text(manifest === undefined ? "" : JSON.stringify(manifest));
    rows.texts(files);
    rows.length(starts.length);
    for (const start of starts) rows.uint64(start);
    await this.#lake.insert("runs", columnsOf("runs"), [rows.behind(-1)], `${run}:${version}`);
    this.#manifestText = text;
    this.#saidAt = performance.now();
  }

  /** Microseconds since 1970; never the same twice. */
  #nextVersion(): number {
    this.#version = Math.max(
      this.#version + 1,
      Math.floor((performance.timeOrigin + performance.now()) * 1000),
    );
    return this.#version;
  }
}
