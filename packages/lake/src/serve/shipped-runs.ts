import type { RunSummary } from "@llm-sim/api";
import type { BatchRunHead } from "@llm-sim/store/port";
import * as z from "zod";
import type { Lake } from "../connection/index.ts";

/** Milliseconds after which nobody is taken to write a run any more: who ships it says every 15 s that it is being written. */
const SILENT_AFTER = 60_000;

/** A run as the lake tells of it. */
export interface ShippedRun {
  id: string;
  edition: number;
  /** Of what the lake tells of it, microseconds since 1970: a greater one is newer. */
  version: number;
  /** Somebody writes it, and somebody ships what is written. */
  isWritten: boolean;
  /** It was being written when it was told. */
  wasWritten: boolean;
  /** What a list says of it; absent where that takes its log. */
  summary?: RunSummary;
  /** What it says of itself as a run of a batch; absent where it is of none, or was being written when it was told. */
  batchHead?: BatchRunHead;
  /** Its segments, in order. */
  segments: string;
}

/** A run, and what it is in the lake now: another text where that has changed. */
export interface MarkedRun extends ShippedRun {
  mark: string;
  /** Of its log and its tape, but for their last lines. */
  bytes: number;
}

const runSchema = z.object({
  run: z.string(),
  version: z.int(),
  edition: z.int(),
  is_written: z.boolean(),
  summary: z.string(),
  batch_head: z.string(),
  segments: z.string(),
});
const markedSchema = z.array(
  runSchema.extend({ events: z.number(), marks: z.number(), messages: z.number(), files: z.number() }),
);
const rowsSchema = z.array(runSchema);
const printSchema = z.array(z.object({ print: z.string() }));
const versionsSchema = z.array(z.object({ run: z.string(), version: z.int() }));
const childrenSchema = z.array(z.object({ simulation_id: z.string(), turn: z.int() }));

const COLUMNS =
  "run, version, edition, is_written, summary, batch_head, arrayStringConcat(segment_files, '/') AS segments";
/** From so many on all are asked for. */
const FEW = 500;

/** Which runs there are. */
export class ShippedRuns {
  readonly #lake: Lake;
  #known = new Map<string, ShippedRun>();
  #listed: readonly ShippedRun[] = [];
  /** Of all runs and versions as they were listed: asked for again, it is a line instead of one for each run. */
  #print: string | undefined;

  constructor(lake: Lake) {
    this.#lake = lake;
  }

  /** In no order. What did not change since it was asked last is the same object, the list too where nothing in it did. */
  async all(): Promise<readonly ShippedRun[]> {
    const rows = await this.#lake.select(
      "SELECT hex(groupBitXor(cityHash64(run, version))) AS print FROM (SELECT run, max(version) AS version FROM runs GROUP BY run)",
    );
    const print = printSchema.parse(rows)[0]?.print;
    if (print !== this.#print) await this.#look(print);
    return this.#listed.some(({ isWritten }) => isWritten) ? this.#listed.map(aged) : this.#listed;
  }

  /** @param print of what was there before this looks: what comes meanwhile is looked at again */
  async #look(print: string | undefined): Promise<void> {
    const versions = versionsSchema.parse(
      await this.#lake.select("SELECT run, max(version) AS version FROM runs GROUP BY run"),
    );
    const changed = versions.filter(({ run, version }) => this.#known.get(run)?.version !== version);
    const there = new Map(
      versions.flatMap(({ run }) => {
        const known = this.#known.get(run);
        return known === undefined ? [] : [[run, known] as const];
      }),
    );
    if (changed.length > 0) {
      const few = changed.length <= FEW;
      const rows = await this.#lake.select(
        `SELECT ${COLUMNS} FROM runs FINAL ${few ? "WHERE run IN {runs:Array(String)}" : ""}`,
        few ? { parameters: { runs: changed.map(({ run }) => run) } } : {},
      );
      for (const run of rowsSchema.parse(rows).map(shippedRun))
        if (there.get(run.id)?.version !== run.version) there.set(run.id, run);
    }
    this.#known = there;
    this.#listed = [...there.values()];
    this.#print = print;
  }

  /** `undefined` where there is none of exactly this id. */
  async one(id: string): Promise<MarkedRun | undefined> {
    const place = (table: string) =>
      `(SELECT toInt64(max(place)) FROM ${table} WHERE run = {run:String} AND edition = newest) AS ${table}`;
    const rows = await this.#lake.select(
      `WITH (SELECT max(edition) FROM editions WHERE run = {run:String}) AS newest
SELECT ${COLUMNS}, ${["events", "marks", "messages"].map(place).join(", ")},
(SELECT max(version) FROM files WHERE run = {run:String} AND part = 0) AS files
FROM runs WHERE run = {run:String} ORDER BY version DESC LIMIT 1`,
      { parameters: { run: id } },
    );
    const [row] = markedSchema.parse(rows);
    if (row === undefined) return undefined;
    const run = aged(shippedRun(row));
    const { events, marks, messages, files } = row;
    return {
      ...run,
      mark: JSON.stringify([run.version, run.isWritten, events, marks, messages, files]),
      bytes: Math.max(events, marks) + messages,
    };
  }

  /** Every id there is. */
  async ids(): Promise<string[]> {
    const rows = await this.#lake.select("SELECT DISTINCT run FROM runs ORDER BY run");
    return z
      .array(z.object({ run: z.string() }))
      .parse(rows)
      .map(({ run }) => run);
  }

  /** The runs that go on from one, by the turn from which on they are their own. */
  async childrenOf(id: string): Promise<{ simulation_id: string; turn: number }[]> {
    return childrenSchema.parse(
      await this.#lake.select(
        `SELECT run AS simulation_id, JSONExtractInt(manifest, 'parent', 'turn') AS turn FROM runs FINAL
WHERE JSONExtractString(manifest, 'parent', 'simulation_id') = {run:String} ORDER BY turn, run`,
        { parameters: { run: id } },
      ),
    );
  }
}

function shippedRun({
  run,
  version,
  edition,
  is_written: isWritten,
  summary,
  batch_head,
  segments,
}: z.infer<typeof runSchema>): ShippedRun {
  // Written by ship, as the file store told it.
  const told: RunSummary | undefined = summary === "" ? undefined : JSON.parse(summary);
  const batchHead: BatchRunHead | undefined = batch_head === "" ? undefined : JSON.parse(batch_head);
  return {
    id: run,
    edition,
    version,
    isWritten,
    wasWritten: isWritten,
    segments,
    ...(told && { summary: told }),
    ...(batchHead && { batchHead }),
  };
}

function aged(run: ShippedRun): ShippedRun {
  return run.isWritten && Date.now() - run.version / 1000 > SILENT_AFTER ? { ...run, isWritten: false } : run;
}
