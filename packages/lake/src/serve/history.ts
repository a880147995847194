import type { AskedExplanations } from "@llm-sim/store/port";
import { requireSpans } from "@llm-sim/store/port";
import type { Lake } from "../connection/index.ts";
import { Excerpts, unlessTooMuch } from "./excerpts.ts";
import { OF_RUN, rowsOf } from "./same-run.ts";
import type { WholeRun } from "./whole-run.ts";
import { lookupOf, namesIn, referenceIn, writtenVariables } from "./written.ts";

type Query = Parameters<AskedExplanations["history"]>[0];
type Answer = Awaited<ReturnType<AskedExplanations["history"]>>;

const OF_VARIABLE = `${OF_RUN} AND variable = {variable:String} AND agent_id = {agent:String}`;
const IN_TURNS = "turn >= {first:UInt64} AND turn <= {last:UInt64}";

/**
 * A page of a variable's writes: only these, the one before them and their causes are fetched. Throws as `AskedExplanations.history` does,
 * and RunChanged. `undefined` where the files are asked.
 */
export function historyOf(
  lake: Lake,
  run: WholeRun,
  query: Query,
  signal?: AbortSignal,
): Promise<Answer | undefined> {
  requireSpans(query);
  return unlessTooMuch(async () => {
    const reference = referenceIn(query.variable, query.agent_id);
    if (reference?.of !== "one") return undefined;
    const isWritten = lookupOf(await writtenVariables(lake, run, namesIn(reference), signal));
    const variable = reference.meanings.find(isWritten);
    if (variable === undefined) return undefined;

    const { turn_start = 0, turn_end = Number.MAX_SAFE_INTEGER, offset, limit } = query;
    const parameters = {
      variable: variable.variable_name,
      agent: variable.agent_id ?? "",
      first: turn_start,
      last: turn_end,
      offset,
      limit,
    };
    const page = `SELECT place FROM variables WHERE ${OF_VARIABLE} AND ${IN_TURNS} ORDER BY place LIMIT {limit:UInt64} OFFSET {offset:UInt64}`;
    const before = `(SELECT max(place) FROM variables WHERE ${OF_VARIABLE} AND place < (SELECT min(place) FROM (${page})))`;
    const excerpts = new Excerpts(lake, run, signal);
    const [[found]] = await Promise.all([
      rowsOf(
        lake,
        run,
        `total, assumeNotNull(${before}) AS before, (SELECT groupArray(place) FROM (${page})) AS page`,
        `FROM (SELECT count() AS total FROM variables WHERE ${OF_VARIABLE} AND ${IN_TURNS})`,
        async (row) => ({
          total: await row.uint64(),
          before: await row.uint64(),
          page: await row.uint64s(),
        }),
        { parameters, signal },
      ),
      excerpts.fetch(`place IN (${page})`, parameters),
      excerpts.fetch(`place = ${before}`, parameters),
    ]);
    if (found === undefined) return undefined;
    // There is always an event before the first write: the run's beginning.
    const last = found.before === 0 ? undefined : excerpts.requireIdAt(found.before);
    const ids = found.page.map((place) => excerpts.requireIdAt(place));
    return excerpts.answer((excerpt) =>
      excerpt.history(query, { variable, ids, before: last, total: found.total }, signal),
    );
  });
}
