import { join } from "node:path";
import { codeOf } from "@llm-sim/events/errors";
import { listSegments, readChunks, type Segment } from "@llm-sim/events/read";
import { isBeingWritten, MANIFEST_FILE, readManifest, TAPE_FILE } from "@llm-sim/events/run";
import { readBatchHead, summaryAtAGlance } from "@llm-sim/store/port";
import * as z from "zod";
import type { Lake } from "../connection/index.ts";
import { type EditionKey, RowWriter } from "../rows/index.ts";
import { columnsOf } from "../tables/index.ts";
import { putFile, putPart } from "./file-parts.ts";
import { filesOf } from "./run-files.ts";
import { NOTHING_SEEN, type Seen, seenText } from "./seen.ts";
import { type Signatures, signatureOf } from "./signatures.ts";

/** Milliseconds after which it is said again that a run is being written: who asks takes an old word for none. */
const SAY_AGAIN = 15_000;
/** A file that changes while it is read is read again at once so often; then it is for the next time. */
const LOOKS = 20;
const NOTHING = Buffer.alloc(0);

interface Known {
  /** By which it is told that it did not change; `undefined` where only its bytes tell. */
  signature: string | undefined;
  sha256: string;
}

const shippedRows = z.array(z.object({ file: z.string(), sha256: z.string() }));

/** Ships what a run consists of beside its log and its tape: each file that changed, whole; a newer one counts. */
export class FileShipper {
  readonly #lake: Pick<Lake, "select" | "insert">;
  readonly #directory: string;
  readonly #known: Map<string, Known>;
  /** What the lake has by now. */
  #there: Map<string, string> | undefined;
  /** Of compressed segments, by inode. */
  readonly #damaged = new Map<number, boolean>();
  #manifestText = "";
  #saidAt = Number.NEGATIVE_INFINITY;
  #version = 0;

  /** @param seen what the lake was told of the files' signatures when it got them */
  constructor(lake: Pick<Lake, "select" | "insert">, directory: string, seen: Seen = NOTHING_SEEN) {
    this.#lake = lake;
    this.#directory = directory;
    this.#known = new Map(
      Object.entries(seen.files).map(([file, [signature, sha256]]) => [file, { signature, sha256 }]),
    );
  }

  /**
   * Ships the files that changed, `run.json` last: where it says that a run is over, all else is there.
   *
   * @param starts places of the segments, in their order
   * @param shipped signatures of the log and of the tape, where all of it is there
   */
  async catchUp(key: EditionKey, starts: readonly number[], shipped: Signatures = new Map()): Promise<void> {
    const segments = await listSegments(this.#directory);
    const wanted = await this.#files(segments);
    for (const file of new Set([...this.#known.keys(), ...wanted])) {
      if (!wanted.includes(file)) await this.#ship(key, file);
    }
    for (const file of wanted) await this.#ship(key, file);
    this.#there = undefined;
    await this.#run(key, segments, starts, shipped);
  }

  async #files(segments: readonly Segment[]): Promise<string[]> {
    const inLog = new Set(segments.map(({ file }) => file));
    const files = (await filesOf(this.#directory)).filter((file) => file !== TAPE_FILE && !inLog.has(file));
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

  async #ship({ run }: EditionKey, file: string): Promise<void> {
    const path = join(this.#directory, file);
    for (let look = 1; look <= LOOKS; look++) {
      const signature = await signatureOf(path);
      if (signature !== undefined && this.#known.get(file)?.signature === signature) return;
      this.#there ??= await this.#shipped(run);
      const sha256 = await this.#put(run, file, path, this.#there.get(file));
      if (sha256 === undefined) continue;
      this.#there.set(file, sha256);
      this.#known.set(file, { signature, sha256 });
      return;
    }
  }

  /** @returns the SHA-256 of what the lake has of it now, empty of a file that is not there; `undefined` where it changes meanwhile */
  async #put(run: string, file: string, path: string, there: string | undefined) {
    const version = this.#nextVersion();
    try {
      return await putFile(this.#lake, { run, file, version }, path, (sha256) => sha256 === there);
    } catch (error) {
      if (codeOf(error) !== "ENOENT" && codeOf(error) !== "FILE_REFUSED") throw error;
      const gone = { run, file, version, part: 0, parts: 0, of: "", sha256: "", bytes: NOTHING };
      if (there !== undefined && there !== "") await putPart(this.#lake, gone);
      return "";
    }
  }

  /** The SHA-256 of each file that the lake has. */
  async #shipped(run: string): Promise<Map<string, string>> {
    const rows = await this.#lake.select(
      "SELECT file, sha256 FROM files FINAL WHERE run = {run:String} AND part = 0",
      { parameters: { run } },
    );
    return new Map(shippedRows.parse(rows).map(({ file, sha256 }) => [file, sha256]));
  }

  async #run(
    { run, edition, runStarted }: EditionKey,
    segments: readonly Segment[],
    starts: readonly number[],
    shipped: Signatures,
  ) {
    const manifest = readManifest(this.#directory);
    const files = segments.map(({ file }) => file);
    const isWritten = isBeingWritten(this.#directory);
    const seen = isWritten ? "" : seenText(edition, shipped, this.#known);
    const text = JSON.stringify([edition, manifest, files, starts, isWritten, seen]);
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
    rows.text(seen);
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
