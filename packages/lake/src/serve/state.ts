import { formatTimestamp } from "@llm-sim/events/schema";
import type { AskedExplanations } from "@llm-sim/store/port";
import type { Lake } from "../connection/index.ts";
import { Excerpts, unlessTooMuch } from "./excerpts.ts";
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
    const [writes] = await Promise.all([
      lastWrites(lake, run, until, signal),
      excerpts.around(until),
      excerpts.fetch(`place >= ${TURN_END} AND place <= {until:UInt64}`, { until }),
      ...(places.length === 0 ? [] : [excerpts.fetch("place IN {places:Array(UInt64)}", { places })]),
    ]);
    const ownEvents = excerpts.copy();
    excerpts.add(writes);
    const answer = await excerpts.answer(({ explain }) => explain.state(query, signal));
    if (answer === undefined || answer.check === "agrees") return answer;
    if (writes.length > MOST_VARIABLES) return undefined;
    return unvouched(ownEvents, until, query, signal);
  });
}

/** Where no hash vouches for it, each write is held against the one before it, and those that come next against it. */
async function unvouched(
  excerpts: Excerpts,
  until: number,
  query: Query,
  signal: AbortSignal | undefined,
): Promise<Answer | undefined> {
  const writes = (which: string) => `(SELECT ${which} FROM variables WHERE ${OF_RUN} AND place`;
  const by = "GROUP BY variable, agent_id)";
  await Promise.all([
    excerpts.fetch(`place IN ${writes("max(place)")} <= {until:UInt64} ${by}`, { until }),
    excerpts.fetch(`place IN ${writes("min(place)")} > {until:UInt64} ${by}`, { until }),
    excerpts.fetch(`place = ${writes("min(place)")} >= 0)`),
  ]);
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
  await excerpts.fetch("event_id = {event:String}", { event: event_id });
  return excerpts.placeOf(event_id);
}

/** Events in the place of the last writes: what else those say does not change the state, and a wrong one would change its hash. */
function lastWrites(
  lake: Lake,
  run: WholeRun,
  until: number,
  signal: AbortSignal | undefined,
): Promise<Fetched[]> {
  return rowsOf(
    lake,
    run,
    "at, agent_id, variable, last.1, last.2, last.3, last.4",
    `FROM (SELECT variable, agent_id, max(place) AS at, argMax((text, is_removed, turn, toUnixTimestamp64Micro(timestamp)), place) AS last
FROM variables WHERE ${OF_RUN} AND place <= {until:UInt64} GROUP BY variable, agent_id)`,
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
    { parameters: { until }, signal },
  );
}

/** An id that no event has: of 1970, and another for each place. */
function idAt(place: number): string {
  let id = "";
  for (let left = place; left > 0; left = Math.floor(left / DIGITS.length))
    id = `${DIGITS[left % DIGITS.length] ?? ""}${id}`;
  return id.padStart(ID_LENGTH, "0");
}
