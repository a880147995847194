import { basename } from "node:path";
import { idsOf, isRunReadError, listSegments, SeenIds } from "@llm-sim/events/read";
import { isBeingWritten } from "@llm-sim/events/run";
import * as z from "zod";
import type { Lake } from "../connection/index.ts";
import { claimEditions, FIRST_EDITION, lastEdition, removeFormerEditions } from "../editions/index.ts";
import { type EditionKey, type RowWriter, RunRows } from "../rows/index.ts";
import { columnsOf, PLACED_TABLES, type PlacedTable, type TableName } from "../tables/index.ts";
import { dropClaim, newClaim } from "./claim.ts";
import { startOf } from "./edition.ts";
import { FileShipper } from "./files.ts";
import { readLog } from "./log-reader.ts";
import { filesOf } from "./run-files.ts";
import type { Shipped } from "./ship-run.ts";
import { type Signatures, signaturesOf, sizeOf } from "./signatures.ts";
import { tapeRows } from "./tape.ts";

/** That are claimed, and go in, at once: runs, and bytes of all of their files. */
const MOST_RUNS = 256;
const MOST_BYTES = 24 * 1024 * 1024;
/** A run with more is shipped by itself. */
const MOST_BYTES_OF_RUN = 2 * 1024 * 1024;
/** `events` last: where a run has one, all other rows are there. */
const TABLES = [...PLACED_TABLES.filter((table) => table !== "events"), "messages", "events"] as const;

/** A run of which the lake knows nothing, that is over and small. */
interface Small extends EditionKey {
  directory: string;
  bytes: number;
  /** The id of its first event. */
  identity: string;
  signatures: Signatures;
}

/** What its log and its tape come to. */
interface Read extends Small {
  rows: RunRows;
  tape: RowWriter;
  starts: number[];
}

const thereRows = z.array(z.object({ run: z.string(), of: z.string(), rows: z.number(), last: z.number() }));

/**
 * Ships runs of which the lake has nothing, many in one insert. Each is claimed first, so that nobody else puts in its first rows: an
 * insert of the rows of several runs and one of those of a single run have no token in common by which one of them would not count.
 *
 * @param onShipped told of each run that is whole
 * @returns the directories of those that are to be shipped each by itself
 */
export async function shipTogether(
  lake: Lake,
  directories: readonly string[],
  signal: AbortSignal | undefined,
  onShipped: (shipped: Shipped) => Promise<void> | void,
): Promise<string[]> {
  const left: string[] = [];
  // On a cluster a row may be there and not be seen yet.
  if (lake.address.cluster !== undefined) return [...directories];
  let chunk: Small[] = [];
  let bytes = 0;
  let before: Promise<void> = Promise.resolve();
  const flush = async () => {
    const claimed = chunk;
    chunk = [];
    bytes = 0;
    if (claimed.length === 0) return;
    const claim = newClaim();
    try {
      const mine = await claimEditions(lake, claimed, claim);
      const read: Read[] = [];
      for (const small of claimed) {
        const found = mine.has(small.run) ? await readWhole(small) : undefined;
        if (found === undefined) left.push(small.directory);
        else read.push(found);
      }
      await before;
      signal?.throwIfAborted();
      before = putIn(lake, claim, read, onShipped).then((others) => void left.push(...others));
      // Waited for before the next one: until then a failure is nobody's.
      before.catch(() => undefined).finally(() => dropClaim(claim));
    } catch (error) {
      dropClaim(claim);
      throw error;
    }
  };
  for (const directory of directories) {
    const small = await smallRun(directory);
    if (small === undefined) {
      left.push(directory);
      continue;
    }
    const isFull = chunk.length >= MOST_RUNS || bytes + small.bytes > MOST_BYTES;
    const [first] = chunk;
    if (first !== undefined && (isFull || monthOf(first) !== monthOf(small))) await flush();
    chunk.push(small);
    bytes += small.bytes;
  }
  await flush();
  await before;
  return left;
}

/** The partition that its rows go to: of an insert into several, some may be there and others not. */
function monthOf({ runStarted }: EditionKey): string {
  return new Date(runStarted * 1000).toISOString().slice(0, "2026-01".length);
}

/** `undefined` where it is none, or cannot be read as what it is. */
async function smallRun(directory: string): Promise<Small | undefined> {
  try {
    if (isBeingWritten(directory)) return undefined;
    let bytes = 0;
    for (const file of await filesOf(directory)) bytes += await sizeOf(directory, file);
    if (bytes > MOST_BYTES_OF_RUN) return undefined;
    const segments = await listSegments(directory);
    const identity = segments[0]?.first?.event_id;
    if (identity === undefined || segments.some(({ compressed }) => compressed)) return undefined;
    const signatures = await signaturesOf(directory, segments);
    // Written a moment ago: what is read of it is to be compared.
    if (segments.some((_, index) => !signatures.has(index))) return undefined;
    const runStarted = startOf(directory, segments);
    return {
      run: basename(directory),
      edition: FIRST_EDITION,
      runStarted,
      directory,
      bytes,
      identity,
      signatures,
    };
  } catch (error) {
    // Who ships it by itself says what is the matter.
    if (isFailure(error)) return undefined;
    throw error;
  }
}

async function readWhole(small: Small): Promise<Read | undefined> {
  const { run, edition, runStarted, directory } = small;
  const key = { run, edition, runStarted };
  const [rows, starts] = [new RunRows(key), [] as number[]];
  try {
    const seen = new SeenIds(() => idsOf(directory));
    const reading = { starts: [], from: 0, seen, follow: false, signal: undefined };
    for await (const row of readLog(directory, reading)) {
      if (row.kind === "idle") continue;
      if (row.kind === "segment") {
        rows.segment(row.place);
        starts.push(row.place);
      } else rows.add(row);
    }
    return { ...small, rows, starts, tape: await tapeRows(key, directory) };
  } catch (error) {
    if (isFailure(error)) return undefined;
    throw error;
  }
}

/** Of a run's files, or of who changes them. */
const isFailure = (error: unknown) =>
  isRunReadError(error) || (error instanceof Error && ("code" in error || error.name === "LogRewritten"));

/** @returns the directories of runs that are not certain to be whole */
async function putIn(
  lake: Lake,
  claim: string,
  runs: readonly Read[],
  onShipped: (shipped: Shipped) => Promise<void> | void,
): Promise<string[]> {
  if (runs.length === 0) return [];
  const put = async (table: PlacedTable) => {
    const rows = runs.map((run) => rowsOf(run, table)).filter((each) => each.rows > 0);
    if (rows.length > 0)
      await lake.insert(
        table,
        columnsOf(table),
        rows.map((each) => each.behind(-1)),
        claim,
      );
  };
  await Promise.all(TABLES.slice(0, -1).map(put));
  await put("events");
  const whole: Read[] = [];
  const left: string[] = [];
  const there = await whatIsThere(lake, runs);
  for (const run of runs) {
    if (there.get(`${run.run}/editions`)?.rows !== FIRST_EDITION) await takeOut(lake, run.run);
    if (isThere(run, there) && (await isStill(run))) whole.push(run);
    else left.push(run.directory);
  }
  await shipFiles(lake, whole);
  for (const { run, edition, rows } of whole)
    await onShipped({ run, edition, events: rows.events.rows, bytes: Math.max(0, rows.last) });
  return left;
}

const rowsOf = (run: Read, table: PlacedTable) => (table === "messages" ? run.tape : run.rows[table]);

async function whatIsThere(lake: Lake, runs: readonly Read[]) {
  const each = TABLES.map(
    (table) => `SELECT run, '${table}' AS of, count() AS rows, max(place) AS last FROM ${table}
WHERE run IN {runs:Array(String)} AND edition = {edition:UInt32} GROUP BY run`,
  );
  const editions =
    "SELECT run, 'editions' AS of, toUInt64(max(edition)) AS rows, toUInt64(0) AS last FROM editions WHERE run IN {runs:Array(String)} GROUP BY run";
  const rows = await lake.select(`SELECT * FROM (${[...each, editions].join("\nUNION ALL ")})`, {
    parameters: { runs: runs.map(({ run }) => run), edition: FIRST_EDITION },
  });
  return new Map(thereRows.parse(rows).map((row) => [`${row.run}/${row.of}`, row]));
}

function isThere(run: Read, there: Awaited<ReturnType<typeof whatIsThere>>): boolean {
  const isNewest = there.get(`${run.run}/editions`)?.rows === FIRST_EDITION;
  return (
    isNewest &&
    TABLES.every((table) => {
      const { rows, last } = rowsOf(run, table);
      const found = there.get(`${run.run}/${table}`);
      return (found?.rows ?? 0) === rows && (rows === 0 || found?.last === last);
    })
  );
}

/** Whether its log and its tape are what they were before they were read. */
async function isStill({ directory, signatures }: Read): Promise<boolean> {
  if (isBeingWritten(directory)) return false;
  const now = await signaturesOf(directory);
  return now.size === signatures.size && [...now].every(([which, is]) => signatures.get(which) === is);
}

/** Somebody gave its claim up, and shipped it: nobody asks these rows. */
async function takeOut(lake: Lake, run: string): Promise<void> {
  const newest = await lastEdition(lake, run);
  if (newest !== undefined) await removeFormerEditions(lake, newest);
}

/** What runs have beside their logs and tapes, in one insert. */
async function shipFiles(lake: Lake, runs: readonly Read[]): Promise<void> {
  const collected = new Map<TableName, Uint8Array[]>([
    ["files", []],
    ["runs", []],
  ]);
  const collecting: Pick<Lake, "select" | "insert"> = {
    // The lake knew nothing of them.
    select: async () => [],
    insert: async (table, _columns, rows) => {
      for (const [name, all] of collected)
        if (name === table) all.push(...rows.map((bytes) => Buffer.from(bytes)));
    },
  };
  for (const { directory, starts, signatures, run, edition, runStarted } of runs)
    await new FileShipper(collecting, directory).catchUp({ run, edition, runStarted }, starts, signatures);
  for (const [table, rows] of collected)
    if (rows.length > 0) await lake.insert(table, columnsOf(table), rows, newClaim());
}
