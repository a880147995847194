import type { Completeness, InteractionsAnswer, PhasesAnswer, VariablesAnswer } from "@llm-sim/api";
import { parseEventLine } from "@llm-sim/events/read";
import { SUMMARY_FILE, type SummaryFile, summaryIn } from "@llm-sim/events/run";
import type { StreamedEvent } from "@llm-sim/store";
import {
  type AskedExplanations,
  type AskedRun,
  LogCurves,
  MAX_LAST,
  requireOrder,
  requireSpans,
  Tallies,
  wholeListCompleteness,
} from "@llm-sim/store/port";
import type { Lake } from "../connection/index.ts";
import { ofNewestFiles } from "../restore/index.ts";
import { Excerpts, unlessTooMuch } from "./excerpts.ts";
import { KeptOfRuns } from "./kept.ts";
import { eachRowOf, OF_RUN, requireSameRun, rowsOf } from "./same-run.ts";
import type { WholeRun } from "./whole-run.ts";

type Query<Name extends "variables" | "phases" | "completeness"> = Parameters<AskedRun[Name]>[0];

/** Lines that are read for one answer; more are read in the files, which a thread does beside the other requests. */
const MOST_READ = 20_000;
/** Bytes of `summary.json`, of all runs together. */
const MOST_SUMMARIES = 64 * 1024 * 1024;
/** Runs whose writes were read. */
const MOST_CURVES = 8;

/** The phases that it went through. Throws RunChanged. `undefined` where the files are asked. */
export function phasesOf(
  lake: Lake,
  run: WholeRun,
  query: Query<"phases">,
  signal?: AbortSignal,
): Promise<PhasesAnswer | undefined> {
  return unlessTooMuch(async () => {
    const excerpts = new Excerpts(lake, run, signal);
    await excerpts.fetch("event_type = 'MILESTONE' AND name = 'phase_transition'");
    return excerpts.excerpt().phases(query, signal);
  });
}

/** The same of `completeness`. */
export async function completenessOf(
  lake: Lake,
  run: WholeRun,
  ...[criteria, writes]: Parameters<AskedRun["completeness"]>
): Promise<Completeness> {
  requireSpans(criteria);
  await requireSameRun(lake, run);
  return writes === undefined
    ? wholeListCompleteness(run.verbosity, criteria)
    : new Excerpts(lake, run, undefined).excerpt().completeness(criteria, writes);
}

/** The last events of the log. Throws RunChanged. */
export async function lastEventsOf(lake: Lake, run: WholeRun, count: number): Promise<StreamedEvent[]> {
  const events = await rowsOf(
    lake,
    run,
    "event_id, line",
    `FROM events WHERE ${OF_RUN} ORDER BY place DESC LIMIT {count:UInt64}`,
    async (row) => ({ event_id: await row.text(), line: await row.bytes() }),
    { parameters: { count: Math.max(0, Math.min(count, MAX_LAST)) } },
  );
  return events.toReversed();
}

const summaries = new KeptOfRuns<{ file: SummaryFile | undefined; bytes: number }>(
  MOST_SUMMARIES,
  ({ bytes }) => bytes,
);
const curves = new KeptOfRuns<LogCurves | undefined>(MOST_CURVES, () => 1);

/** What became of each variable. Throws RunChanged. `undefined` where the files are asked. */
export function variablesOf(
  lake: Lake,
  run: WholeRun,
  query: Query<"variables">,
  signal?: AbortSignal,
): Promise<VariablesAnswer | undefined> {
  return unlessTooMuch(async () => {
    const { file } = await summaries.of(lake, run, () => summaryOf(lake, run));
    const known = file ?? (await curves.of(lake, run, () => curvesOf(lake, run)));
    if (known === undefined) return undefined;
    const excerpts = new Excerpts(lake, run, signal);
    if (file === undefined) await excerpts.fetch(FIRST_WRITE);
    return excerpts.excerpt().variables(query, known, signal);
  });
}

const FIRST_WRITE = `place = (SELECT min(place) FROM events WHERE ${OF_RUN} AND event_type = 'STATE')`;
const OF_SUMMARY = `run = {run:String} AND file = '${SUMMARY_FILE}'`;

async function summaryOf(lake: Lake, run: WholeRun) {
  const parts = await rowsOf(
    lake,
    run,
    "bytes",
    `FROM files FINAL WHERE ${OF_SUMMARY} AND parts > 0 AND ${ofNewestFiles(OF_SUMMARY)} ORDER BY part`,
    (row) => row.bytes(),
  );
  const bytes = parts.length === 0 ? undefined : Buffer.concat(parts);
  const read = summaryIn(bytes);
  return { file: read && "summary" in read ? read.summary : undefined, bytes: bytes?.length ?? 0 };
}

/** Of all writes, in their order. */
async function curvesOf(lake: Lake, run: WholeRun): Promise<LogCurves | undefined> {
  const log = new LogCurves();
  const lines = await eachEvent(lake, run, "event_type = 'STATE'", {}, (event) => {
    if (event.event_type === "STATE") log.wrote(event);
  });
  return lines > MOST_READ ? undefined : log;
}

/** Who acted with or on whom. Throws RunChanged. `undefined` where the files are asked. */
export async function interactionsOf(
  lake: Lake,
  run: WholeRun,
  query: Parameters<AskedExplanations["interactions"]>[0],
  signal?: AbortSignal,
): Promise<InteractionsAnswer | undefined> {
  requireOrder(query, "turn_start", "turn_end");
  const tallies = new Tallies(query, run.isAgent);
  const { turn_start, turn_end } = query;
  const where = [
    "event_type = 'ACTION'",
    ...(turn_start === undefined ? [] : ["turn >= {turn_start:UInt64}"]),
    ...(turn_end === undefined ? [] : ["turn <= {turn_end:UInt64}"]),
  ].join(" AND ");
  const parameters = {
    ...(turn_start !== undefined && { turn_start }),
    ...(turn_end !== undefined && { turn_end }),
  };
  const add: Parameters<typeof eachEvent>[4] = (event) => {
    if (event.event_type === "ACTION") tallies.add(event);
  };
  if ((await eachEvent(lake, run, where, parameters, add, signal)) > MOST_READ) return undefined;
  return {
    simulation_id: run.id,
    ...tallies.answer(),
    ...wholeListCompleteness(run.verbosity, { event_types: ["ACTION"] }),
  };
}

/** @returns how many there were; no more than one past {@link MOST_READ} are read */
async function eachEvent(
  lake: Lake,
  run: WholeRun,
  where: string,
  parameters: Readonly<Record<string, number>>,
  take: (event: Extract<ReturnType<typeof parseEventLine>, { ok: true }>["event"]) => void,
  signal?: AbortSignal,
): Promise<number> {
  let lines = 0;
  await eachRowOf(
    lake,
    run,
    "line",
    `FROM events WHERE ${OF_RUN} AND ${where} ORDER BY place LIMIT ${MOST_READ + 1}`,
    async (row) => {
      const parsed = parseEventLine(await row.bytes());
      if (parsed.ok) take(parsed.event);
      lines++;
    },
    { parameters, signal },
  );
  return lines;
}

type TurnEnds = Awaited<ReturnType<AskedExplanations["turnEnds"]>>;

/** Where turns end among the changes of the state. Throws RunChanged. `undefined` where the files are asked: turns go back and forth. */
export async function turnEndsOf(lake: Lake, run: WholeRun): Promise<TurnEnds | undefined> {
  const turns = await rowsOf(
    lake,
    run,
    "turn, first, last, writes",
    `FROM (SELECT turn, min(place) AS first, max(place) AS last, countIf(event_type = 'STATE') AS writes
FROM events WHERE ${OF_RUN} GROUP BY turn) ORDER BY turn`,
    async (row) => ({
      turn: await row.uint64(),
      first: await row.uint64(),
      last: await row.uint64(),
      writes: await row.uint64(),
    }),
  );
  const ends: TurnEnds = [];
  let [before, writes] = [-1, 0];
  for (const one of turns) {
    if (one.first <= before) return undefined;
    before = one.last;
    writes += one.writes;
    ends.push({ turn: one.turn, writes });
  }
  return ends;
}
