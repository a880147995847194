import type { Completeness, SearchAnswer, TimelineAnswer } from "@llm-sim/api";
import { MODEL_CALL } from "@llm-sim/events/schema";
import type { EventPage, ParsedCriteria, ParsedFilter, ParsedTimelineQuery } from "@llm-sim/store";
import { type AskedRun, lineSearchOf, MAX_PAGE_BYTES, wholeListCompleteness } from "@llm-sim/store/port";
import type { Lake } from "../connection/index.ts";
import { conditions, pageWith, placeOfCursor } from "./page.ts";
import { OF_RUN, rowsOf } from "./same-run.ts";
import { timelineOf } from "./timeline.ts";
import type { WholeRun } from "./whole-run.ts";

/** Lines that may hold a text: more are looked through in the run's files. */
const MOST_CANDIDATES = 20_000;
/** Places that one statement is given. */
const PLACES_AT_ONCE = 1000;
/** Of hits that a timeline counts. */
const MOST_COUNTED = 5000;
/** Texts whose hits are remembered, each with the filter it was asked with. */
const REMEMBERED = 32;

/** The hits of a text and a filter, and how many events the filter lets through. */
interface Hits {
  places: readonly number[];
  of: number;
}

const known = new WeakMap<WholeRun, Map<string, Hits | "files">>();

export function isOfText({ q = "" }: ParsedCriteria): boolean {
  return q !== "";
}

/** A page of the events that hold a text. Throws as `AskedRun.query` does, and RunChanged. `undefined` where the files are asked. */
export async function textPageOf(
  lake: Lake,
  run: WholeRun,
  filter: ParsedFilter,
  signal?: AbortSignal,
): Promise<(EventPage & Completeness) | undefined> {
  const { limit, offset, cursor } = filter;
  const hits = await hitsOf(lake, run, filter, signal);
  if (hits === undefined) return undefined;
  const { places } = hits;
  const after = cursor === undefined ? -1 : await placeOfCursor(lake, run, cursor, signal);
  const behind = places.findIndex((place) => place > after);
  const start = behind === -1 ? places.length : behind + offset;
  const rows = await eventsAt(lake, run, places.slice(start, start + limit + 1), signal);
  return pageWith(run, filter, rows, places.length);
}

/** The same of `AskedRun.timeline`. */
export async function textTimelineOf(
  lake: Lake,
  run: WholeRun,
  query: ParsedTimelineQuery,
  signal?: AbortSignal,
): Promise<TimelineAnswer | undefined> {
  const hits = await hitsOf(lake, run, query, signal);
  if (hits === undefined || hits.places.length > MOST_COUNTED) return undefined;
  return timelineOf(lake, run, query, signal, hits.places);
}

/** The same of `AskedRun.search`: told once, when all is known, as what goes to the files after all must not have been told. */
export async function searchIn(
  lake: Lake,
  run: WholeRun,
  criteria: ParsedCriteria,
  { signal, hits: most = 0, onProgress }: Parameters<AskedRun["search"]>[1],
): Promise<SearchAnswer | undefined> {
  const found = await hitsOf(lake, run, criteria, signal);
  if (found === undefined) return undefined;
  const { places, of } = found;
  const progress = { scanned: of, of, hits: places.length };
  if (onProgress !== undefined) {
    const events = await eventsAt(lake, run, places.slice(0, most), signal);
    let bytes = 0;
    const end = events.findIndex(({ line }) => {
      bytes += line.length;
      return bytes > MAX_PAGE_BYTES;
    });
    const told = end === -1 ? events : events.slice(0, end);
    onProgress({ ...progress, events: told.map(({ id, line }) => ({ event_id: id, line })) });
  }
  return { ...progress, ...wholeListCompleteness(run.verbosity, criteria) };
}

/** Found once for all pages, timelines and searches of them. `undefined` where the files are asked. */
async function hitsOf(
  lake: Lake,
  run: WholeRun,
  criteria: ParsedCriteria,
  signal: AbortSignal | undefined,
): Promise<Hits | undefined> {
  const { q = "", in: within = "description" } = criteria;
  const searches = known.get(run) ?? new Map<string, Hits | "files">();
  known.set(run, searches);
  const key = JSON.stringify([q, within, conditions(criteria).parameters]);
  const hits = searches.get(key) ?? (await lookFor(lake, run, criteria, signal)) ?? "files";
  searches.delete(key);
  searches.set(key, hits);
  const [oldest] = searches.keys();
  if (searches.size > REMEMBERED && oldest !== undefined) searches.delete(oldest);
  return hits === "files" ? undefined : hits;
}

/** The engine finds the lines that may hold the text, and none is left out that holds it; each is then looked at. */
async function lookFor(
  lake: Lake,
  run: WholeRun,
  criteria: ParsedCriteria,
  signal: AbortSignal | undefined,
): Promise<Hits | undefined> {
  const { q = "", in: within = "description" } = criteria;
  const { anchor, isNumber, letters, numbered, isIn } = lineSearchOf(q, within);
  if (anchor === "") return undefined;
  // Numbers can be written in many ways, and what models were told and said is on the tape.
  if (within === "payload" && (isNumber || (await hasCalls(lake, run, signal)))) return undefined;
  const { where, parameters } = conditions(criteria);
  const ways = [
    "positionCaseInsensitive(line, {anchor:String}) > 0",
    "match(line, {numbered:String})",
    ...letters.map((_, at) => `position(line, {letter_${at}:String}) > 0`),
  ];
  const options = {
    parameters: {
      ...parameters,
      anchor,
      numbered: `(?i)${numbered}`,
      ...Object.fromEntries(letters.map((letter, at) => [`letter_${at}`, letter])),
    },
    signal,
  };
  const [candidates, [of = 0]] = await Promise.all([
    rowsOf(
      lake,
      run,
      "place, line",
      `FROM events WHERE ${where} AND (${ways.join(" OR ")}) ORDER BY place LIMIT ${MOST_CANDIDATES + 1}`,
      async (row) => ({ place: await row.uint64(), line: await row.bytes() }),
      options,
    ),
    rowsOf(lake, run, "count()", `FROM events WHERE ${where}`, (row) => row.uint64(), options),
  ]);
  if (candidates.length > MOST_CANDIDATES) return undefined;
  const places = candidates.flatMap(({ place, line }) => (isIn(line) ? [place] : []));
  return { places, of };
}

/** Whether an event may be a model call. */
async function hasCalls(lake: Lake, run: WholeRun, signal: AbortSignal | undefined): Promise<boolean> {
  const marks = [`"${MODEL_CALL}"`, "\\u"];
  const [calls = 0] = await rowsOf(
    lake,
    run,
    "count()",
    `FROM events WHERE ${OF_RUN} AND event_type = 'SYSTEM' AND multiSearchAny(line, {marks:Array(String)})`,
    (row) => row.uint64(),
    { parameters: { marks }, signal },
  );
  return calls > 0;
}

async function eventsAt(
  lake: Lake,
  run: WholeRun,
  places: readonly number[],
  signal: AbortSignal | undefined,
): Promise<{ id: string; line: Buffer }[]> {
  const events: { id: string; line: Buffer }[] = [];
  for (let at = 0; at < places.length; at += PLACES_AT_ONCE) {
    const rows = await rowsOf(
      lake,
      run,
      "event_id, line",
      `FROM events WHERE ${OF_RUN} AND place IN {places:Array(UInt64)} ORDER BY place`,
      async (row) => ({ id: await row.text(), line: await row.bytes() }),
      { parameters: { places: places.slice(at, at + PLACES_AT_ONCE) }, signal },
    );
    events.push(...rows);
  }
  return events;
}
