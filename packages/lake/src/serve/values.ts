import type { VariableId } from "@llm-sim/events/naming";
import type { AskedExplanations, ValuePoint } from "@llm-sim/store/port";
import { requireSpans } from "@llm-sim/store/port";
import type { Lake } from "../connection/index.ts";
import { Excerpts, unlessTooMuch } from "./excerpts.ts";
import { OF_RUN, rowsOf } from "./same-run.ts";
import type { WholeRun } from "./whole-run.ts";
import { lastTurnOf, lookupOf, namesIn, referenceIn, valueIn, writtenVariables } from "./written.ts";

type Query = Parameters<AskedExplanations["valuesByTurn"]>[0];
type Answer = Awaited<ReturnType<AskedExplanations["valuesByTurn"]>>;

/** The end that is told of the turn in which a value was written, or the next that is told. */
const AT =
  "least({last:UInt64}, {first:UInt64} + intDiv(if(turn > {first:UInt64}, turn - {first:UInt64}, 0) + {every:UInt64} - 1, {every:UInt64}) * {every:UInt64})";

/**
 * The values of variables at the ends of turns, out of columns alone. Throws as `AskedExplanations.valuesByTurn` does, and RunChanged. `undefined`
 * where the files are asked.
 */
export function valuesOf(
  lake: Lake,
  run: WholeRun,
  query: Query,
  signal?: AbortSignal,
): Promise<Answer | undefined> {
  requireSpans(query);
  return unlessTooMuch(async () => {
    const variables = run.turnsAscend && !run.hasAltered ? await variablesOf(lake, run, query, signal) : [];
    const [one] = variables;
    if (one === undefined) return undefined;
    const isOfMany = referenceIn(query.variable)?.of === "anyone";
    const turns = lastTurnOf(run);
    const last = Math.min(query.turn_end ?? turns, turns);
    const first = Math.min(query.turn_start ?? 0, last);
    const parameters = { variable: one.variable_name, agent: one.agent_id ?? "", first, last };
    const which = `${OF_RUN} AND variable = {variable:String} AND ${isOfMany ? "agent_id != ''" : "agent_id = {agent:String}"} AND turn <= {last:UInt64}`;
    let every = 1;
    for (; every <= last - first; every *= 2) {
      const options = { parameters: { ...parameters, every }, signal };
      const count = `uniqExact(agent_id, ${AT})`;
      const [told = 0] = await rowsOf(
        lake,
        run,
        count,
        `FROM variables WHERE ${which}`,
        (row) => row.uint64(),
        options,
      );
      if (told <= query.limit) break;
    }
    const points = new Map<string, ValuePoint[]>(variables.map(({ agent_id = "" }) => [agent_id, []]));
    let isOdd = false;
    await rowsOf(
      lake,
      run,
      "agent_id, at, last.1, last.2",
      `FROM (SELECT agent_id, ${AT} AS at, argMax((text, is_removed), place) AS last FROM variables WHERE ${which} GROUP BY agent_id, at)
ORDER BY agent_id, at`,
      async (row) => {
        const [agent, turn, text] = [await row.text(), await row.uint64(), await row.text()];
        const isRemoved = (await row.byte()) === 1;
        const value = isRemoved ? undefined : valueIn(text);
        isOdd ||= value === undefined && !isRemoved;
        points.get(agent)?.push({ turn, value });
      },
      { parameters: { ...parameters, every }, signal },
    );
    if (isOdd) return undefined;
    const excerpts = new Excerpts(lake, run, signal);
    await excerpts.fetch("event_type = 'STATE'", {}, "ORDER BY place LIMIT 1");
    const told = variables.map(({ agent_id = "" }) => points.get(agent_id) ?? []);
    const found = { variables, turn_start: first, turn_end: last, every, points: told };
    return excerpts.answer(async (excerpt) => excerpt.values(found));
  });
}

/** What a name is of; none where it is of nothing that was written. */
async function variablesOf(
  lake: Lake,
  run: WholeRun,
  { variable }: Query,
  signal: AbortSignal | undefined,
): Promise<VariableId[]> {
  const reference = referenceIn(variable);
  if (reference === undefined) return [];
  const written = await writtenVariables(lake, run, namesIn(reference), signal);
  const ids = written.map(({ agent_id, variable_name }) => ({ agent_id, variable_name }));
  if (reference.of === "anyone") return ids.filter(({ agent_id }) => agent_id !== undefined);
  const meant = reference.meanings.find(lookupOf(written));
  return meant === undefined ? [] : [meant];
}
