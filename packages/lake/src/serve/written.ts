import { readVariable, type VariableId, VariableMap, type VariableReference } from "@llm-sim/events/naming";
import { digitsAsText, type JsonValue } from "@llm-sim/events/schema";
import type { Lake } from "../connection/index.ts";
import { eventIn } from "./page.ts";
import { OF_RUN, rowsOf } from "./same-run.ts";
import type { WholeRun } from "./whole-run.ts";

/** A variable that was written at least once. */
export interface Written extends VariableId {
  writes: number;
}

/** The variables of these names, whoever's, in the order in which they are first written. Throws RunChanged. */
export function writtenVariables(
  lake: Lake,
  run: WholeRun,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Written[]> {
  return rowsOf(
    lake,
    run,
    "variable, agent_id, writes",
    `FROM (SELECT variable, agent_id, count() AS writes, min(place) AS first FROM variables
WHERE ${OF_RUN} AND variable IN {names:Array(String)} GROUP BY variable, agent_id) ORDER BY first`,
    async (row) => {
      const [variable_name, agent, writes] = [await row.text(), await row.text(), await row.uint64()];
      return { variable_name, agent_id: agent === "" ? undefined : agent, writes };
    },
    { parameters: { names }, signal },
  );
}

/** Whether a variable is among those that were written. */
export function lookupOf(written: readonly Written[]): (variable: VariableId) => boolean {
  const map = new VariableMap<true>();
  for (const { agent_id, variable_name } of written) map.set(agent_id, variable_name, true);
  return ({ agent_id, variable_name }) => map.has(agent_id, variable_name);
}

/** What a name of a variable refers to. `undefined` where it cannot be read, or is none of that agent's alone. */
export function referenceIn(text: string, agentId?: string): VariableReference | undefined {
  try {
    const reference = readVariable(agentId === undefined ? text : `global.${text}`);
    if (agentId === undefined) return reference;
    const [own] = reference.of === "one" ? reference.meanings : [];
    const literal = { agent_id: agentId, variable_name: text };
    const names = own === undefined ? [] : [{ agent_id: agentId, variable_name: own.variable_name }];
    return { of: "one", meanings: [literal, ...names] };
  } catch {
    return undefined;
  }
}

export function namesIn(reference: VariableReference): string[] {
  if (reference.of === "anyone") return [reference.variable_name];
  return reference.meanings.map(({ variable_name }) => variable_name);
}

/** A value as it is told and compared; `undefined` where its digits are more than a double has, within a list or an object. */
export function valueIn(text: string): JsonValue | undefined {
  const isPlain = !/^[[{]/.test(text);
  if (!isPlain && digitsAsText(text) !== text) return undefined;
  const value: JsonValue = JSON.parse(text);
  return typeof value === "number" && !Number.isFinite(value) ? undefined : value;
}

export function lastTurnOf(run: WholeRun): number {
  return Math.max(...run.ends.map(({ line }) => eventIn(run.id, line).turn_number));
}
