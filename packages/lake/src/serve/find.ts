import { compileWatch, isWatchError, type Watch, WatchTracker } from "@llm-sim/events/watch";
import { type AskedExplanations, FoundMoments } from "@llm-sim/store/port";
import type { Lake } from "../connection/index.ts";
import { Excerpts, unlessTooMuch } from "./excerpts.ts";
import { eventIn } from "./page.ts";
import { OF_RUN, type RowsOptions, rowsOf } from "./same-run.ts";
import type { WholeRun } from "./whole-run.ts";
import { lookupOf, namesIn, valueIn, type Written, writtenVariables } from "./written.ts";

type Query = Parameters<AskedExplanations["find"]>[0];
type Answer = Awaited<ReturnType<AskedExplanations["find"]>>;

/** More are followed in the run's files. */
const MOST_WRITES = 1_000_000;
/** More are fetched from the run's files. */
const MOST_MOMENTS = 2000;

/**
 * When a condition became true, by the writes of what it names alone, of columns; only the events that are told of are fetched. Throws as
 * `AskedExplanations.find` does, and RunChanged. `undefined` where the files are asked.
 */
export function findIn(
  lake: Lake,
  run: WholeRun,
  query: Query,
  signal?: AbortSignal,
): Promise<Answer | undefined> {
  return unlessTooMuch(async () => {
    const watch = run.turnsAscend && !run.hasAltered ? compiled(query.expression) : undefined;
    if (watch === undefined) return undefined;
    const names = [...new Set(watch.variables.flatMap(({ reference }) => namesIn(reference)))];
    const written = await writtenVariables(lake, run, names, signal);
    const writes = written.reduce((sum, one) => sum + one.writes, 0);
    if (!isAllKnown(watch, written) || writes > MOST_WRITES) return undefined;
    const options = { parameters: { names }, signal };
    const [found, areSound] = await Promise.all([
      follow(lake, run, watch, { written, query, options }),
      followEachOther(lake, run, writes, options),
    ]);
    if (found === undefined || !areSound) return undefined;
    const places = [
      ...new Set(found.moments.flatMap(({ at, ended }) => (ended === undefined ? [at] : [at, ended]))),
    ];
    if (places.length > MOST_MOMENTS) return undefined;
    const excerpts = new Excerpts(lake, run, signal);
    await excerpts.fetch("event_type = 'STATE'", {}, "ORDER BY place LIMIT 1");
    if (places.length > 0) await excerpts.fetch("place IN {places:Array(UInt64)}", { places });
    const moments = found.moments.map(({ agent_id, at, ended }) => ({
      agent_id,
      at: excerpts.requireIdAt(at),
      ...(ended !== undefined && { ended: excerpts.requireIdAt(ended) }),
    }));
    return excerpts.answer((excerpt) => excerpt.find(query, { moments, total: found.total }, signal));
  });
}

function compiled(expression: string): Watch | undefined {
  try {
    return compileWatch(expression);
  } catch (error) {
    if (isWatchError(error)) return undefined;
    throw error;
  }
}

function isAllKnown({ variables }: Watch, written: readonly Written[]): boolean {
  const isWritten = lookupOf(written);
  return variables.every(({ reference }) =>
    reference.of === "one"
      ? reference.meanings.some(isWritten)
      : written.some(
          ({ agent_id, variable_name }) =>
            agent_id !== undefined && variable_name === reference.variable_name,
        ),
  );
}

interface Followed {
  written: readonly Written[];
  query: Query;
  options: RowsOptions;
}

/** Follows the state from the run's first event on. `undefined` where a value is odd. */
async function follow(
  lake: Lake,
  run: WholeRun,
  watch: Watch,
  { written, query, options }: Followed,
): Promise<FoundMoments<number> | undefined> {
  const tracker = new WatchTracker(watch, lookupOf(written));
  const found = new FoundMoments<number>(query);
  const turns = watch.usesTurn ? await turnStarts(lake, run, options) : [];
  let nextTurn = 0;
  /** The beginnings of turns up to a place; one that is the write at that place is told with it. */
  const turnsBefore = (place: number): void => {
    for (let start = turns[nextTurn]; start !== undefined && start.place <= place; start = turns[++nextTurn])
      if (start.place < place) found.take(tracker.event(start.turn), start.place);
  };
  const first = Math.min(...run.ends.map(({ place }) => place));
  const [begin] = run.ends.filter(({ place }) => place === first);
  if (begin === undefined) return undefined;
  found.take(tracker.event(eventIn(run.id, begin.line).turn_number), first);
  let isOdd = false;
  await rowsOf(
    lake,
    run,
    "place, turn, agent_id, variable, text, is_removed",
    `FROM variables WHERE ${OF_RUN} AND variable IN {names:Array(String)} ORDER BY place`,
    async (row) => {
      const [place, turn, agent] = [await row.uint64(), await row.uint64(), await row.text()];
      const [variable_name, text, isRemoved] = [await row.text(), await row.text(), (await row.byte()) === 1];
      const agent_id = agent === "" ? undefined : agent;
      if (!tracker.watches(agent_id, variable_name)) return;
      const new_value = valueIn(text);
      isOdd ||= new_value === undefined;
      turnsBefore(place);
      const write = { agent_id, variable_name, new_value: new_value ?? null };
      found.take(tracker.event(turn, isRemoved ? { ...write, change: "removed" } : write), place);
    },
    options,
  );
  turnsBefore(Number.POSITIVE_INFINITY);
  return isOdd ? undefined : found;
}

function turnStarts(
  lake: Lake,
  run: WholeRun,
  { signal }: RowsOptions,
): Promise<{ turn: number; place: number }[]> {
  return rowsOf(
    lake,
    run,
    "turn, start",
    `FROM (SELECT turn, min(place) AS start FROM events WHERE ${OF_RUN} GROUP BY turn) ORDER BY start`,
    async (row) => ({ turn: await row.uint64(), place: await row.uint64() }),
    { signal },
  );
}

/**
 * Whether each write of these names was of the value that the one before it left, letter by letter; what is written in another way is
 * left to the files, which say what is missing in between.
 */
async function followEachOther(
  lake: Lake,
  run: WholeRun,
  writes: number,
  options: RowsOptions,
): Promise<boolean> {
  const [sound] = await rowsOf(
    lake,
    run,
    `countIf(once AND (nth = 1 OR if(was_removed, startsWith(tail, '"old_value":null,"new_value":'),
startsWith(tail, concat('"old_value":', before, ',"new_value":', text, ',"scope":"')) AND position(tail, '"change":"added"') = 0)))`,
    `FROM (
  SELECT place, text, row_number() OVER w AS nth, lagInFrame(text, 1, '') OVER w AS before, lagInFrame(is_removed, 1, false) OVER w AS was_removed
  FROM variables WHERE ${OF_RUN} AND variable IN {names:Array(String)}
  WINDOW w AS (PARTITION BY variable, agent_id ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
) AS writes INNER JOIN (
  SELECT place, substring(line, position(line, '"old_value":')) AS tail, countSubstrings(line, '"old_value":') = 1 AS once
  FROM events WHERE ${OF_RUN} AND event_type = 'STATE' AND name IN {names:Array(String)}
) AS lines USING (place)`,
    (row) => row.uint64(),
    options,
  );
  return sound === writes;
}
