import { formatTimestamp } from "@llm-sim/events/schema";
import type { AskedExplanations } from "@llm-sim/store/port";
import type { Lake } from "../connection/index.ts";
import { Excerpts, MOST_EVENTS, unlessTooMuch } from "./excerpts.ts";
import { OF_RUN, rowsOf } from "./same-run.ts";
import type { Fetched, WholeRun } from "./whole-run.ts";

type Query = Parameters<AskedExplanations["state"]>[0];
type Answer = Awaited<ReturnType<AskedExplanations["state"]>>;

const TURN_END = `(SELECT place FROM events WHERE ${OF_RUN} AND event_type = 'MILESTONE' AND name = 'turn_end' AND place <= {until:UInt64}
ORDER BY place DESC LIMIT 1)`;
const STATE_HASH = Buffer.from('"state_hash":');
/** Events of so many, and as many that come next, are fetched one by one. */
const MOST_VARIABLES = 2000;
/** Of an id, five bits each: https://github.com/ulid/spec */
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ID_LENGTH = 26;

/**
 * The state out of the last write of each variable: of what the tables hold of it, where the hash of a turn's end vouches for it, else of
 * the events themselves and those that come next. Throws as `AskedExplanations.state` does, and RunChanged. `undefined` where the files
 * are asked.
 */
export function stateOf(
  lake: Lake,
  run: WholeRun,
  query: Query,
  signal?: AbortSignal,
): Promise<Answer | undefined> {
  return unlessTooMuch(async () => {
    const excerpts = new Excerpts(lake, run, signal);
    const until = await placeUntil(excerpts, run, query);
    if (until === undefined || run.memories === undefined) return undefined;
    // Those behind it, too: what nobody remembers yet is told where somebody ever does.
    const places = run.memories;
    const [written] = await Promise.all([
      writtenAround(lake, run, until, signal),
      excerpts.around(until),
      excerpts.fetch(`place >= ${TURN_END} AND place <= {until:UInt64}`, { until }),
      ...(places.length === 0 ? [] : [excerpts.fetch("place IN {places:Array(UInt64)}", { places })]),
    ]);
    const ownEvents = excerpts.copy();
    if (written.length > MOST_EVENTS) return undefined;
    const last = written.flatMap((variable) => variable.last ?? []);
    if (last.length > 0) excerpts.add(await writesAt(lake, run, last, signal));
    const answer = await excerpts.answer(({ explain }) => explain.state(query, signal));
    if (answer === undefined || answer.check === "agrees") return answer;
    if (written.length > MOST_VARIABLES) return undefined;
    return unvouched(ownEvents, written, query, signal);
  });
}

/** Where no hash vouches for it, each write is held against the one before it, and those that come next against it. */
async function unvouched(
  excerpts: Excerpts,
  written: readonly Written[],
  query: Query,
  signal: AbortSignal | undefined,
): Promise<Answer | undefined> {
  const around = written.flatMap(({ last, next }) => [last ?? [], next ?? []].flat());
  const ofAll = written.reduce((least, { first }) => Math.min(least, first), Number.POSITIVE_INFINITY);
  const places = [...new Set([ofAll, ...around])];
  if (around.length > 0) await excerpts.fetch("place IN {places:Array(UInt64)}", { places });
  const answer = await excerpts.answer(({ explain }) => explain.state(query, signal));
  // What came before the turn's end is then held against its hash.
  const isOfBefore = answer?.check === "none" && answer.gaps.length > 0 && excerpts.hold(STATE_HASH);
  return isOfBefore ? undefined : answer;
}

/** The place of the last event before the moment. */
async function placeUntil(
  excerpts: Excerpts,
  run: WholeRun,
  { turn, event_id }: Query,
): Promise<number | undefined> {
  if (event_id === undefined)
    return turn === undefined ? Math.max(...run.ends.map(({ place }) => place)) : excerpts.endOfTurn(turn);
  if (turn !== undefined) return undefined;
  await excerpts.fetchIds([event_id]);
  return excerpts.placeOf(event_id);
}

/** Where a variable was written. */
interface Written {
  first: number;
  /** Up to the moment; `undefined` where it was not yet. */
  last: number | undefined;
  /** Behind the moment; `undefined` where it is not any more. */
  next: number | undefined;
}

/** Of every variable, in one look at all writes. */
function writtenAround(
  lake: Lake,
  run: WholeRun,
  until: number,
  signal: AbortSignal | undefined,
): Promise<Written[]> {
  return rowsOf(
    lake,
    run,
    "first, is_written, last, is_written_again, next",
    `FROM (SELECT min(place) AS first, first <= {until:UInt64} AS is_written, maxIf(place, place <= {until:UInt64}) AS last,
max(place) > {until:UInt64} AS is_written_again, minIf(place, place > {until:UInt64}) AS next
FROM variables WHERE ${OF_RUN} GROUP BY variable, agent_id LIMIT ${MOST_EVENTS + 1}) SETTINGS optimize_aggregation_in_order = 1`,
    async (row) => {
      const first = await row.uint64();
      const [isWritten, last] = [(await row.byte()) === 1, await row.uint64()];
      const [isWrittenAgain, next] = [(await row.byte()) === 1, await row.uint64()];
      return { first, last: isWritten ? last : undefined, next: isWrittenAgain ? next : undefined };
    },
    { parameters: { until }, signal },
  );
}

/** Events in the place of writes: what else those say does not change the state, and a wrong one would change its hash. */
function writesAt(
  lake: Lake,
  run: WholeRun,
  places: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Fetched[]> {
  return rowsOf(
    lake,
    run,
    "place, agent_id, variable, text, is_removed, turn, toUnixTimestamp64Micro(timestamp)",
    `FROM variables WHERE ${OF_RUN} AND place IN {places:Array(UInt64)}`,
    async (row) => {
      const [place, agent, variable] = [await row.uint64(), await row.text(), await row.text()];
      const value = await row.text();
      const change = (await row.byte()) === 1 ? { change: "removed" } : {};
      const turn_number = await row.uint64();
      const event = {
        event_id: idAt(place),
        timestamp: formatTimestamp(await row.uint64()),
        turn_number,
        event_type: "STATE",
        simulation_id: run.id,
        ...(agent !== "" && { agent_id: agent }),
        variable_name: variable,
        old_value: null,
        scope: agent === "" ? "global" : "agent",
        ...change,
      };
      const line = `${JSON.stringify(event).slice(0, -1)},"new_value":${value}}`;
      return { place, id: event.event_id, line: Buffer.from(line) };
    },
    { parameters: { places }, signal },
  );
}

/** An id that no event has: of 1970, and another for each place. */
function idAt(place: number): string {
  let id = "";
  for (let left = place; left > 0; left = Math.floor(left / DIGITS.length))
    id = `${DIGITS[left % DIGITS.length] ?? ""}${id}`;
  return id.padStart(ID_LENGTH, "0");
}
