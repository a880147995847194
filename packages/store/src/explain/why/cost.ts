import type { Cost, ModelCall } from "@llm-sim/api";
import { EVENT_TYPES } from "@llm-sim/events/schema";
import { callOf, isModelCall, rounded } from "../../model-call/index.ts";
import type { RunView } from "../../reader/index.ts";
import { batchesOf } from "../rows/index.ts";

const SYSTEM = EVENT_TYPES.indexOf("SYSTEM");
/** Calls that are counted behind one answer. */
const MAX_CALLS = 10_000;

/**
 * What the model calls behind the events of an explanation came to: those among them, those that they name as causes, and the
 * calls of the same asker in the same turn that led to these, as attempts in vain do. `undefined` where there are none.
 */
export function costOf(view: RunView, rows: Iterable<number>): Cost | undefined {
  const { edges, columns } = view.index;
  const systemCauses = (row: number) =>
    edges.causesOf(row).filter((cause) => typeof cause === "number" && columns.kind(cause) === SYSTEM);
  const told = [...rows];
  const calls = callsAt(
    view,
    told.filter((row) => columns.kind(row) === SYSTEM),
  );
  // Of what is told of any call counts; of what led to a call, those of its own asker: others are behind what it read.
  for (const [row, call] of callsAt(view, told.filter((one) => !calls.has(one)).flatMap(systemCauses)))
    calls.set(row, call);
  for (const [row, call] of calls) {
    if (calls.size >= MAX_CALLS) break;
    for (const [before, cause] of callsAt(view, systemCauses(row)))
      if (askerOf(cause) === askerOf(call)) calls.set(before, cause);
  }
  return calls.size === 0 ? undefined : sumOf([...calls.values()]);
}

function callsAt(view: RunView, rows: readonly (number | string)[]): Map<number, ModelCall> {
  const ascending = [...new Set(rows)].filter((row) => typeof row === "number").toSorted((a, b) => a - b);
  const found = new Map<number, ModelCall>();
  for (const batch of batchesOf(view.index, ascending)) {
    for (const [place, event] of view.events(batch).entries()) {
      const call = isModelCall(event) ? callOf(event) : undefined;
      if (call !== undefined) found.set(batch[place] ?? -1, call);
    }
  }
  return found;
}

function askerOf({ actor, agent_id, place, turn }: ModelCall): string {
  return JSON.stringify([actor, agent_id, place, turn]);
}

function sumOf(calls: readonly ModelCall[]): Cost {
  const cost: Cost = { calls: calls.length, tokens: 0, usd: 0, unpriced: 0 };
  for (const { usage, cost_usd } of calls) {
    const tokens = (usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0);
    cost.tokens += tokens;
    cost.usd += cost_usd ?? 0;
    if (cost_usd === undefined && tokens > 0) cost.unpriced++;
  }
  return { ...cost, usd: rounded(cost.usd) };
}
