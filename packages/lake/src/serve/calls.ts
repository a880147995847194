import { type CallAnswer, type CallsAnswer, completenessOf } from "@llm-sim/api";
import { parseEventLine } from "@llm-sim/events/read";
import { includesLevel, MODEL_CALL } from "@llm-sim/events/schema";
import { isStoreError } from "@llm-sim/store";
import {
  type AskedRun,
  CallTable,
  gapsOfCalls,
  pageOfCalls,
  requireOrder,
  wholeListCompleteness,
} from "@llm-sim/store/port";
import type { Lake } from "../connection/index.ts";
import { Excerpts, unlessTooMuch } from "./excerpts.ts";
import { KeptOfRuns } from "./kept.ts";
import { eventOfCursor, noCursor } from "./page.ts";
import { eachRowOf, OF_RUN, rowsOf } from "./same-run.ts";
import { tapeOf, withTape } from "./tape.ts";
import type { WholeRun } from "./whole-run.ts";

type CallsQuery = Parameters<AskedRun["calls"]>[0];
type CallQuery = Parameters<AskedRun["call"]>[1];

/** Of a run; of more the files are asked. */
const MOST_CALLS = 200_000;
/** Of all runs together, some hundred bytes each. */
const MOST_HELD = 500_000;
const EVENT = "event_id = {event:String}";
/** What a line holds that tells of a call; else it is none, unless it is written in another way. */
const MARKS = [`"${MODEL_CALL}"`, "\\u"];

const tables = new KeptOfRuns<CallTable | undefined>(MOST_HELD, (table) => table?.calls.length ?? 0);

/** All calls of a run by their places; `undefined` where the files have to be asked. Throws RunChanged. */
function tableOf(lake: Lake, run: WholeRun): Promise<CallTable | undefined> {
  return tables.of(lake, run, async () => {
    const table = new CallTable();
    let lines = 0;
    await eachRowOf(
      lake,
      run,
      "place, line",
      `FROM events WHERE ${OF_RUN} AND event_type = 'SYSTEM' AND multiSearchAny(line, {marks:Array(String)}) ORDER BY place LIMIT ${MOST_CALLS + 1}`,
      async (row) => {
        const [place, line] = [await row.uint64(), await row.bytes()];
        const parsed = parseEventLine(line);
        if (parsed.ok) table.add(place, parsed.event);
        lines++;
      },
      { parameters: { marks: MARKS } },
    );
    return lines > MOST_CALLS ? undefined : table;
  });
}

/** `undefined` where the files are asked. Throws RunChanged. */
export async function callCountOf(lake: Lake, run: WholeRun): Promise<number | undefined> {
  return (await tableOf(lake, run))?.calls.length;
}

/** A page of the calls that match. Throws as `AskedRun.calls` does, and RunChanged. `undefined` where the files are asked. */
export function callsOf(
  lake: Lake,
  run: WholeRun,
  query: CallsQuery,
  signal?: AbortSignal,
): Promise<CallsAnswer | undefined> {
  return unlessTooMuch(async () => {
    requireOrder(query, "turn_start", "turn_end");
    const table = await tableOf(lake, run);
    const tape = includesLevel(run.verbosity, "DECISION")
      ? { index: undefined } // nothing is asked of it
      : await tapeOf(lake, run);
    if (table === undefined || tape === undefined) return undefined;
    const excerpts = new Excerpts(lake, run, signal);
    const list =
      query.decision_id === undefined
        ? await pageOf(lake, run, table, query, excerpts)
        : await pageBehind(query.decision_id, query, excerpts);
    if (list === undefined) return undefined;
    const ofEvents = wholeListCompleteness(run.verbosity, { event_types: ["SYSTEM"] });
    const gaps = await gapsOfCalls(run.id, run.verbosity, table, { look: async () => tape.index });
    return { ...list, ...completenessOf([...ofEvents.gaps, ...gaps]) };
  });
}

async function pageOf(lake: Lake, run: WholeRun, table: CallTable, query: CallsQuery, excerpts: Excerpts) {
  const behind = query.cursor === undefined ? -1 : await placeOfCursor(lake, run, query.cursor);
  const page = pageOfCalls(table, query, { behind });
  const places = page.calls.map(({ row }) => row);
  await excerpts.fetchAt(places);
  const ids = places.flatMap((place) => excerpts.idAt(place) ?? []);
  return excerpts.answer((excerpt) => excerpt.callsOn(page, ids, query));
}

async function pageBehind(decision: string, query: CallsQuery, excerpts: Excerpts) {
  await excerpts.fetch(EVENT, { event: decision });
  if (query.cursor !== undefined) await excerpts.fetch(EVENT, { event: eventOfCursor(query.cursor) });
  return excerpts.answer((excerpt) => excerpt.callsBehind(query), isOfStore);
}

async function placeOfCursor(lake: Lake, run: WholeRun, cursor: string): Promise<number> {
  const [place] = await rowsOf(
    lake,
    run,
    "place",
    `FROM events WHERE ${OF_RUN} AND ${EVENT} LIMIT 1`,
    (row) => row.uint64(),
    { parameters: { event: eventOfCursor(cursor) } },
  );
  if (place === undefined) throw noCursor();
  return place;
}

/** One call, with what was said. Throws as `AskedRun.call` does, and RunChanged. `undefined` where the files are asked. */
export function callOf(
  lake: Lake,
  run: WholeRun,
  eventId: string,
  query: CallQuery,
  signal?: AbortSignal,
): Promise<CallAnswer | undefined> {
  return unlessTooMuch(async () => {
    const excerpts = new Excerpts(lake, run, signal);
    await excerpts.fetch(EVENT, { event: eventId });
    const ask = (tape: Parameters<Parameters<typeof withTape>[2]>[0]) =>
      excerpts.answer((excerpt) => excerpt.call(eventId, query, tape, signal), isOfStore);
    return withTape(lake, run, ask, signal);
  });
}

/** What is wrong with a question about calls rests on the events that it names. */
function isOfStore(error: unknown): boolean {
  return isStoreError(error, "EVENT_NOT_FOUND") || isStoreError(error, "INVALID_ARGUMENT");
}
