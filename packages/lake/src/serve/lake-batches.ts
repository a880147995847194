import { parseEventLine } from "@llm-sim/events/read";
import { runManifestSchema, SUMMARY_FILE } from "@llm-sim/events/run";
import {
  type BatchRunFacts,
  type BatchRunHead,
  type BatchSource,
  batchHeadOf,
  batchRunOf,
  isOfBatch,
  roomForEach,
  summaryFactsOf,
} from "@llm-sim/store/port";
import type { Lake } from "../connection/index.ts";
import { ofNewestFiles, RowReader } from "../restore/index.ts";
import type { ShippedRun, ShippedRuns } from "./shipped-runs.ts";

const RUNS_AT_ONCE = 1000;
const SUMMARIES = `run IN {runs:Array(String)} AND file = '${SUMMARY_FILE}'`;

interface Held {
  head: BatchRunHead;
  facts: BatchRunFacts;
}

/** What the runs of a lake say of themselves as runs of batches: what ship told of each, and its summary.json, read once as long as it is the newest. */
export class LakeBatches implements BatchSource {
  readonly #lake: Lake;
  readonly #runs: ShippedRuns;
  readonly #held = new Map<string, Held>();
  #count = 0;
  #of: readonly ShippedRun[] | undefined;
  #heads: readonly BatchRunHead[] = [];

  constructor(lake: Lake, runs: ShippedRuns) {
    this.#lake = lake;
    this.#runs = runs;
  }

  async heads(): Promise<readonly BatchRunHead[]> {
    const runs = await this.#runs.all();
    if (runs === this.#of) return this.#heads;
    this.#count = runs.length;
    const heads = runs.flatMap(({ batchHead }) => batchHead ?? []);
    const written = runs.filter(({ wasWritten }) => wasWritten);
    if (written.length > 0) heads.push(...(await this.#headsOfWritten(written)));
    const there = new Set(heads.map(({ id }) => id));
    for (const id of this.#held.keys()) if (!there.has(id)) this.#held.delete(id);
    this.#heads = heads.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    // Of one that is being written each question looks at what is there now.
    this.#of = written.length > 0 ? undefined : runs;
    return this.#heads;
  }

  async facts(heads: readonly BatchRunHead[]): Promise<readonly BatchRunFacts[]> {
    const unread = heads.filter((head) => this.#held.get(head.id)?.head !== head);
    for (let at = 0; at < unread.length; at += RUNS_AT_ONCE)
      await this.#read(unread.slice(at, at + RUNS_AT_ONCE));
    return heads.flatMap(({ id }) => this.#held.get(id)?.facts ?? []);
  }

  async #read(heads: readonly BatchRunHead[]): Promise<void> {
    const room = roomForEach(this.#count);
    const byId = new Map(heads.map((head) => [head.id, head]));
    const rows = new RowReader(
      this.#lake.bytes(
        `SELECT run, bytes FROM files FINAL WHERE ${SUMMARIES} AND parts > 0 AND ${ofNewestFiles(SUMMARIES)}
ORDER BY run, part FORMAT RowBinary`,
        { parameters: { runs: [...byId.keys()] } },
      ),
    );
    let pieces: Buffer[] = [];
    let of = "";
    const take = () => {
      const head = byId.get(of);
      if (head !== undefined) this.#hold(head, Buffer.concat(pieces), room);
      byId.delete(of);
      pieces = [];
    };
    while (await rows.hasMore()) {
      const run = await rows.text();
      if (run !== of) take();
      of = run;
      pieces.push(await rows.bytes());
    }
    take();
    for (const head of byId.values()) this.#hold(head, undefined, room);
  }

  #hold(head: BatchRunHead, summary: Uint8Array | undefined, room: number): void {
    this.#held.set(head.id, { head, facts: batchRunOf(head, () => summaryFactsOf(summary, room)) });
  }

  /** Of runs that go on, or were left by who wrote them: by what is there of them now. */
  async #headsOfWritten(runs: readonly ShippedRun[]): Promise<BatchRunHead[]> {
    const rows = new RowReader(
      this.#lake.bytes(
        `SELECT told.run, manifest, line FROM (SELECT run, edition, manifest FROM runs FINAL WHERE run IN {runs:Array(String)}) AS told
LEFT JOIN (SELECT run, edition, line FROM events WHERE (run, edition, place) IN (
  SELECT run, edition, max(place) FROM events WHERE run IN {runs:Array(String)} GROUP BY run, edition
)) AS last ON told.run = last.run AND told.edition = last.edition FORMAT RowBinary`,
        { parameters: { runs: runs.map(({ id }) => id) } },
      ),
    );
    const byId = new Map(runs.map((run) => [run.id, run]));
    const heads: BatchRunHead[] = [];
    while (await rows.hasMore()) {
      const id = await rows.text();
      const text = await rows.text();
      const last = parseEventLine(await rows.bytes());
      const manifest = text === "" ? undefined : runManifestSchema.parse(JSON.parse(text));
      if (!isOfBatch(manifest)) continue;
      const isOver = manifest.status !== "running";
      const status = byId.get(id)?.isWritten ? "running" : isOver ? manifest.status : "interrupted";
      heads.push(batchHeadOf(id, manifest, status, last.ok ? last.event : undefined));
    }
    return heads;
  }
}
