import type { Completeness } from "@llm-sim/api";
import { readVariable, type VariableId } from "@llm-sim/events/naming";
import type { Causality, CausalityOptions } from "@llm-sim/store";
import type { AskedExplanations } from "@llm-sim/store/port";
import type { Lake } from "../connection/index.ts";
import { Excerpts, unlessTooMuch } from "./excerpts.ts";
import { OF_RUN } from "./same-run.ts";
import type { WholeRun } from "./whole-run.ts";

type Query<Name extends "why" | "effects"> = Parameters<AskedExplanations[Name]>[0];
type Answer<Name extends "why" | "effects"> = Awaited<ReturnType<AskedExplanations[Name]>>;

const PAIRS = "(variable, agent_id) IN arrayZip({variables:Array(String)}, {agents:Array(String)})";
/** Behind all that there is. */
const NOWHERE = "toUInt64(9007199254740991)";
/** More than are fetched for one answer. */
const MOST_WRITES = 50_000;
/** As many as an explanation looks at. */
const MOST_ABOUT = 1000;

/** Throws as `AskedRun.causality` does. `undefined` where the files are asked. */
export function causalityOf(
  lake: Lake,
  run: WholeRun,
  event: string,
  depth?: number,
  options: CausalityOptions & { signal?: AbortSignal } = {},
): Promise<(Causality & Completeness) | undefined> {
  return unlessTooMuch(async () => {
    const excerpts = new Excerpts(lake, run, options.signal);
    await excerpts.fetchIds([event]);
    return excerpts.answer((excerpt) => excerpt.causality(event, depth, options));
  });
}

/** The same of `effects`. */
export function effectsOf(
  lake: Lake,
  run: WholeRun,
  query: Query<"effects">,
  signal?: AbortSignal,
): Promise<Answer<"effects"> | undefined> {
  return unlessTooMuch(async () => {
    const excerpts = new Excerpts(lake, run, signal);
    await excerpts.fetchIds([query.event_id]);
    return excerpts.answer(async ({ explain }) => explain.effects(query, signal));
  });
}

/** The same of `why`. */
export function whyOf(
  lake: Lake,
  run: WholeRun,
  query: Query<"why">,
  signal?: AbortSignal,
): Promise<Answer<"why"> | undefined> {
  return unlessTooMuch(async () => {
    const excerpts = new Excerpts(lake, run, signal);
    if (query.event_id !== undefined) await excerpts.fetchIds([query.event_id]);
    else if (!(await fetchWrites(excerpts, query))) return undefined;
    return excerpts.answer(({ explain }) => explain.why(query, signal));
  });
}

/**
 * Fetches what an explanation of a variable begins with: its writes up to the moment, the one that it starts from and the next, where the moment lies, and what the
 * agent was refused since.
 *
 * @returns whether the question is one that can be answered so
 */
async function fetchWrites(
  excerpts: Excerpts,
  { variable, agent_id, turn, since = 0 }: Query<"why">,
): Promise<boolean> {
  const meant = variable === undefined ? [] : meanings(variable, agent_id);
  if (meant.length === 0) return false;
  const variables = meant.map(({ variable_name }) => variable_name);
  const agents = meant.map((one) => one.agent_id ?? "");
  const until = turn === undefined ? undefined : await excerpts.endOfTurn(turn);
  const upTo = until === undefined ? "" : "AND place <= {until:UInt64}";
  const asked = { variables, agents, since, ...(until !== undefined && { until }) };
  const writes = `SELECT place FROM variables WHERE ${OF_RUN} AND ${PAIRS} ${upTo}`;
  const first = `ifNull((SELECT minOrNull(place) FROM variables WHERE ${OF_RUN} AND ${PAIRS} ${upTo} AND turn > {since:UInt64}), ${NOWHERE})`;
  const next = `SELECT min(place) FROM variables WHERE ${OF_RUN} AND ${PAIRS} AND place > {until:UInt64} GROUP BY variable, agent_id`;
  const last = `(SELECT max(place) FROM variables WHERE ${OF_RUN} AND ${PAIRS} ${upTo})`;
  await Promise.all([
    excerpts.fetch(`place IN (${writes} AND place >= ${first} LIMIT ${MOST_WRITES})`, asked),
    excerpts.fetch(
      `place IN (${writes} AND place < ${first} ORDER BY place DESC LIMIT 1 BY variable, agent_id)`,
      asked,
    ),
    ...(until === undefined ? [] : [excerpts.fetch(`place IN (${next})`, asked)]),
    excerpts.fetch(
      `event_type = 'SYSTEM' AND subject_agent_id IN {agents:Array(String)} AND subject_agent_id != '' AND place > ${last} ${upTo}`,
      asked,
      `ORDER BY place DESC LIMIT ${MOST_ABOUT} BY subject_agent_id`,
    ),
  ]);
  return true;
}

/** The variables that a name may mean; none where it cannot be read. */
function meanings(text: string, agentId: string | undefined): readonly VariableId[] {
  try {
    const reference = readVariable(agentId === undefined ? text : `global.${text}`);
    if (reference.of !== "one") return [];
    if (agentId === undefined) return reference.meanings;
    const own = reference.meanings.map(({ variable_name }) => ({ agent_id: agentId, variable_name }));
    return [{ agent_id: agentId, variable_name: text }, ...own];
  } catch {
    return [];
  }
}
