import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ACTIVE_SEGMENT_FILE,
  LOCK_FILE,
  MANIFEST_FILE,
  SUMMARY_FILE,
  thisProcess,
} from "@llm-sim/events/run";
import { openStore, type StoreOnDisk } from "@llm-sim/store";
import type { Lake } from "../connection/index.ts";
import { RowReader } from "../restore/index.ts";
import type { ShippedRun, ShippedRuns } from "./shipped-runs.ts";

const RUNS_AT_ONCE = 1000;

interface Mirrored {
  version: number;
  isWritten: boolean;
}

/** What answers of batches are worked out of, as files: of each run of one run.json, summary.json and the last line of its log. */
export class BatchMirror {
  readonly #lake: Lake;
  readonly #runs: ShippedRuns;
  readonly #home: string;
  readonly #store: StoreOnDisk;
  readonly #mirrored = new Map<string, Mirrored>();
  #bringing: Promise<void> | undefined;

  constructor(lake: Lake, runs: ShippedRuns, cacheDirectory = tmpdir()) {
    this.#lake = lake;
    this.#runs = runs;
    mkdirSync(cacheDirectory, { recursive: true });
    this.#home = mkdtempSync(join(cacheDirectory, `llm-sim-lake-${process.pid}-`));
    this.#store = openStore(this.#home);
  }

  /** Brought up to the lake. */
  async store(): Promise<StoreOnDisk> {
    this.#bringing ??= this.#bring().finally(() => {
      this.#bringing = undefined;
    });
    await this.#bringing;
    return this.#store;
  }

  async close(): Promise<void> {
    await this.#store.close();
    rmSync(this.#home, { recursive: true, force: true });
  }

  async #bring(): Promise<void> {
    const changed = (await this.#runs.all()).filter(({ id, version, isWritten }) => {
      const known = this.#mirrored.get(id);
      return known?.version !== version || known.isWritten !== isWritten;
    });
    for (let at = 0; at < changed.length; at += RUNS_AT_ONCE)
      await this.#renew(changed.slice(at, at + RUNS_AT_ONCE));
  }

  async #renew(runs: readonly ShippedRun[]): Promise<void> {
    const ids = runs.map(({ id }) => id);
    for (const id of ids) mkdirSync(join(this.#home, id), { recursive: true });
    const files = new RowReader(
      this.#lake.bytes(
        `SELECT run, file, bytes FROM files WHERE run IN {runs:Array(String)} AND file IN ('${MANIFEST_FILE}', '${SUMMARY_FILE}') AND parts > 0
AND (run, file, version) IN (SELECT run, file, max(version) FROM files WHERE run IN {runs:Array(String)} AND part = 0 GROUP BY run, file)
ORDER BY run, file, part FORMAT RowBinary`,
        { parameters: { runs: ids } },
      ),
    );
    const parts = new Map<string, Buffer[]>();
    while (await files.hasMore()) {
      const path = join(await files.text(), await files.text());
      parts.set(path, [...(parts.get(path) ?? []), await files.bytes()]);
    }
    for (const [path, pieces] of parts) writeFileSync(join(this.#home, path), Buffer.concat(pieces));
    const lines = new RowReader(
      this.#lake.bytes(
        `SELECT run, line FROM events WHERE (run, edition, place) IN (
SELECT run, edition, max(place) FROM events WHERE run IN {runs:Array(String)}
AND (run, edition) IN (SELECT run, max(edition) FROM editions WHERE run IN {runs:Array(String)} GROUP BY run) GROUP BY run, edition)
FORMAT RowBinary`,
        { parameters: { runs: ids } },
      ),
    );
    while (await lines.hasMore()) {
      const path = join(this.#home, await lines.text(), ACTIVE_SEGMENT_FILE);
      writeFileSync(path, Buffer.concat([await lines.bytes(), Buffer.from("\n")]));
    }
    for (const { id, version, isWritten } of runs) {
      const lock = join(this.#home, id, LOCK_FILE);
      if (isWritten) writeFileSync(lock, JSON.stringify({ ...thisProcess(), token: "lake" }));
      else rmSync(lock, { force: true });
      this.#mirrored.set(id, { version, isWritten });
    }
  }
}
