import { EVENT_TYPES } from "@llm-sim/events/schema";
import type { RunIndex } from "../run-index/index.ts";
import type { CallTable, KnownCall } from "./call-table.ts";

const DECISION = EVENT_TYPES.indexOf("DECISION");
const SYSTEM = EVENT_TYPES.indexOf("SYSTEM");

/**
 * The decision that came of an agent's call: caused by it, or by what followed from it in the same turn alone, as a later
 * attempt, a later question, the failure that a fallback answers.
 */
export function decisionOf(index: RunIndex, call: KnownCall): number | undefined {
  if (call.actor !== "agent") return undefined;
  const { columns, edges } = index;
  const agent = index.names.agents.find(call.agent_id ?? "");
  const queue = [call.row];
  for (const row of queue) {
    for (const effect of edges.effectsOf(row)) {
      if (columns.turn(effect) !== call.turn) continue;
      if (columns.kind(effect) === DECISION && columns.agent(effect) === agent) return effect;
      if (columns.kind(effect) === SYSTEM && isAbout(index, effect, agent) && !queue.includes(effect))
        queue.push(effect);
    }
  }
  return undefined;
}

/** The calls that a decision came of, in their order. */
export function callsBehind(index: RunIndex, table: CallTable, decision: number): KnownCall[] {
  const { columns, edges } = index;
  const turn = columns.turn(decision);
  const agent = columns.agent(decision);
  const queue = [decision];
  for (const row of queue) {
    for (const cause of edges.causesOf(row)) {
      if (typeof cause === "string" || columns.turn(cause) !== turn || columns.kind(cause) !== SYSTEM)
        continue;
      if (isAbout(index, cause, agent) && !queue.includes(cause)) queue.push(cause);
    }
  }
  return queue
    .toSorted((a, b) => a - b)
    .map((row) => table.at(row))
    .filter((call) => call !== undefined && decisionOf(index, call) === decision)
    .filter((call) => call !== undefined);
}

function isAbout(index: RunIndex, row: number, agent: number | undefined): boolean {
  if (agent === undefined) return false;
  const about = index.rowsInvolving(agent, SYSTEM);
  return about.at(about.rank(row)) === row;
}
