import { type RunManifest, runManifestSchema } from "@llm-sim/events/run";
import { type VerbosityLevel, verbosityLevelSchema } from "@llm-sim/events/schema";
import * as z from "zod";
import type { Lake } from "../connection/index.ts";
import { RowReader } from "../restore/index.ts";
import { BLOCK_BYTES, Blocks } from "./blocks.ts";
import type { MarkedRun } from "./shipped-runs.ts";

/** An event of a run. */
export interface Fetched {
  place: number;
  id: string;
  line: Buffer;
}

/** A run that is over, of which nothing is missing, in the form and the order in which this project writes: the tables say all. */
export interface WholeRun {
  id: string;
  edition: number;
  /** Of what the lake told of it when it was looked through: who ships more of it tells anew before. */
  version: number;
  verbosity: VerbosityLevel;
  manifest: RunManifest;
  /** Events that tell how far it goes: its first, its last, and one of its last turn. */
  ends: readonly Fetched[];
  /** Where the log tells of what agents remember, and of their coming and going; `undefined` of more than are fetched for one answer. */
  memories: readonly number[] | undefined;
  /** Whether no event is of a turn before that of the event before it. */
  turnsAscend: boolean;
  /** Whether something of a write had to be altered, or left out, to be recorded. */
  hasAltered: boolean;
  /** In the order in which they are first named, and all of them. */
  agents: readonly string[];
  isAgent: (name: string) => boolean;
  /** Where in the log an event of an id lies, if anywhere. */
  blocks: Blocks;
  /** How many events match, by the parameters of what was asked: it stays so, and counting is most of what a page takes. */
  totals: KnownTotals;
}

/** So many filters of a run. */
const MOST_TOTALS = 1000;

export class KnownTotals {
  readonly #known = new Map<string, number>();

  get(filter: string): number | undefined {
    return this.#known.get(filter);
  }

  set(filter: string, total: number): void {
    this.#known.delete(filter);
    this.#known.set(filter, total);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_TOTALS && oldest !== undefined) this.#known.delete(oldest);
  }
}

const rowsSchema = z.array(
  z.object({
    written: z.int(),
    dropped: z.int(),
    verbosity: verbosityLevelSchema.or(z.literal("")),
    odd_marks: z.number(),
    events: z.number(),
    odd_lines: z.number(),
    losses: z.number(),
    descents: z.number(),
    turn_descents: z.number(),
    altered: z.number(),
    block_starts: z.array(z.tuple([z.int(), z.string()])),
    first_name: z.string(),
    ends: z.array(z.int()),
    memories: z.array(z.int()),
    manifest: z.string(),
  }),
);

const agentRows = z.array(z.object({ agent: z.string() }));

const MOST_MEMORIES = 5000;

/** Looks through a run once: two seconds for ten million events. `undefined` where its files have to be asked. */
export async function wholeRun(lake: Lake, run: MarkedRun): Promise<WholeRun | undefined> {
  if (run.isWritten || run.summary === undefined || run.summary.status === "running") return undefined;
  const rows = await lake.select(
    `SELECT JSONExtractUInt(manifest, 'counts', 'written') AS written, JSONExtractUInt(manifest, 'counts', 'dropped') AS dropped,
JSONExtractString(manifest, 'verbosity') AS verbosity,
(SELECT count() FROM marks WHERE run = {run:String} AND edition = {edition:UInt32} AND kind != 'segment') AS odd_marks,
manifest, log.* FROM (
  SELECT count() AS events, countIf(NOT is_plain) AS odd_lines, countIf(tells_loss) AS losses,
  countIf(timestamp < before.1 OR event_id <= before.2) AS descents, countIf(turn < before.4) AS turn_descents, countIf(is_altered) AS altered,
  argMin(name, place) AS first_name,
  [min(place), max(place), argMax(place, turn)] AS ends,
  groupArrayIf(${MOST_MEMORIES + 1})(place, tells_memory) AS memories,
  arraySort(groupArrayIf((intDiv(place, ${BLOCK_BYTES}), event_id), intDiv(place, ${BLOCK_BYTES}) != intDiv(before.3, ${BLOCK_BYTES}))) AS block_starts
  FROM (
    SELECT place, event_id, timestamp, turn, name, is_plain, is_altered, tells_loss, tells_memory,
    lagInFrame((timestamp, event_id, place, turn), 1, (timestamp, '', 0, turn)) OVER (ORDER BY place ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS before
    FROM events WHERE run = {run:String} AND edition = {edition:UInt32}
  )
) AS log, (SELECT manifest FROM runs WHERE run = {run:String} ORDER BY version DESC LIMIT 1) AS told`,
    { parameters: { run: run.id, edition: run.edition } },
  );
  const [found] = rowsSchema.parse(rows);
  if (found === undefined || found.verbosity === "") return undefined;
  const manifest = runManifestSchema.safeParse(JSON.parse(found.manifest)).data;
  if (manifest === undefined) return undefined;
  const { written, dropped, odd_marks, events, odd_lines, losses, descents, first_name, verbosity } = found;
  const isWhole =
    events > 0 &&
    written === events &&
    first_name === "simulation_start" &&
    [dropped, odd_marks, odd_lines, losses, descents].every((count) => count === 0);
  if (!isWhole) return undefined;
  const { id, edition, version } = run;
  const [agents, ends] = await Promise.all([agentsOf(lake, run), eventsAt(lake, run, found.ends)]);
  const known = new Set(agents);
  return {
    id,
    edition,
    version,
    verbosity,
    manifest,
    ends,
    memories: found.memories.length > MOST_MEMORIES ? undefined : found.memories,
    turnsAscend: found.turn_descents === 0,
    hasAltered: found.altered > 0,
    agents,
    isAgent: (name) => known.has(name),
    blocks: new Blocks(found.block_starts),
    totals: new KnownTotals(),
  };
}

async function eventsAt(
  lake: Lake,
  { id, edition }: MarkedRun,
  places: readonly number[],
): Promise<Fetched[]> {
  const rows = new RowReader(
    lake.bytes(
      "SELECT place, event_id, line FROM events WHERE run = {run:String} AND edition = {edition:UInt32} AND place IN {places:Array(UInt64)} FORMAT RowBinary",
      { parameters: { run: id, edition, places } },
    ),
  );
  const events: Fetched[] = [];
  while (await rows.hasMore())
    events.push({ place: await rows.uint64(), id: await rows.text(), line: await rows.bytes() });
  return events;
}

async function agentsOf(lake: Lake, { id, edition }: MarkedRun): Promise<string[]> {
  const rows = await lake.select(
    // As its projection has it: reading every event's takes as long as all else.
    `SELECT toString(agent) AS agent FROM (
  SELECT min(place) AS first, arrayConcat([agent_id, subject_agent_id], participating_agent_ids) AS agents
  FROM events WHERE run = {run:String} AND edition = {edition:UInt32} GROUP BY agent_id, subject_agent_id, participating_agent_ids
) ARRAY JOIN agents AS agent, arrayEnumerate(agents) AS at WHERE agent != '' GROUP BY agent ORDER BY min((first, at))`,
    { parameters: { run: id, edition } },
  );
  return agentRows.parse(rows).map(({ agent }) => agent);
}
