import type { Gap } from "@llm-sim/api";
import type { JsonValue } from "@llm-sim/events/schema";
import type { Pace } from "../../pace/index.ts";
import type { RunView } from "../../reader/index.ts";
import { gapsOf, namesAllReads } from "../certainty/index.ts";
import type { Recording } from "../recording/index.ts";
import { batchesOf, type Moment } from "../rows/index.ts";
import { type MemoryWrites, memoryWrites, rememberedIn } from "./memory-writes.ts";

/** What agents remember at a moment, by their ids, each key with its value; and why that may be otherwise. */
export interface MemoryAt {
  memory: Record<string, Record<string, JsonValue>>;
  gaps: Gap[];
}

/**
 * What agents remember (`context.memory`) at a moment, folded from what their decisions wrote. Of each key the last write is read.
 *
 * @param agentId whose alone; without it everyone's who remembers something
 * @returns `undefined` where nothing is known of anyone's memory: the run is no simulation's, or nobody ever remembered anything
 */
export async function memoryAt(
  view: RunView,
  moment: Moment,
  recording: Recording,
  agentId: string | undefined,
  pace: Pace,
): Promise<MemoryAt | undefined> {
  const { manifest } = recording;
  if (manifest === undefined || !namesAllReads(manifest)) return undefined;
  const all = await memoryWrites(view, pace);
  if (agentId === undefined && !hasAny(all.values())) return undefined;
  const asked = agentId === undefined ? [...all] : [[agentId, all.get(agentId) ?? nothing] as const];
  const memory = new Map<string, Map<string, JsonValue>>(agentId === undefined ? [] : [[agentId, new Map()]]);
  const altered: { agent_id: string; row: number }[] = [];
  const lastWrites = new Map<number, { agent_id: string; key: string }[]>();
  for (const [agent_id, { keys, altered: rows, standings }] of asked) {
    if (standings.findLast(({ row }) => row < moment.events)?.hasGone) continue;
    for (const [key, writes] of keys) {
      const row = lastBefore(writes, moment.events);
      if (row === undefined) continue;
      const those = lastWrites.get(row);
      if (those) those.push({ agent_id, key });
      else lastWrites.set(row, [{ agent_id, key }]);
    }
    const row = lastBefore(rows, moment.events);
    if (row !== undefined) altered.push({ agent_id, row });
  }
  // In the order of the log, where neighbours are read in one go.
  const rows = [...lastWrites.keys()].sort((a, b) => a - b);
  for (const batch of batchesOf(view.index, rows)) {
    for (const [place, event] of view.events(batch).entries()) {
      for (const { agent_id, key } of lastWrites.get(batch[place] ?? -1) ?? []) {
        const value = rememberedIn(event, agent_id, key);
        if (value === undefined) continue;
        const own = memory.get(agent_id) ?? new Map<string, JsonValue>();
        memory.set(agent_id, own.set(key, value));
      }
    }
  }
  const gaps = gapsOf(
    { view, recording },
    { claim: "values", from: 0, until: moment, kinds: ["DECISION"], memory: { altered } },
  );
  return {
    memory: Object.fromEntries([...memory].map(([id, own]) => [id, Object.fromEntries(own)])),
    gaps,
  };
}

const nothing: MemoryWrites = { keys: new Map(), altered: [], standings: [] };

function hasAny(agents: Iterable<MemoryWrites>): boolean {
  for (const { keys, altered } of agents) if (keys.size > 0 || altered.length > 0) return true;
  return false;
}

/** The last of the rows before a moment. They ascend. */
function lastBefore(rows: readonly number[], events: number): number | undefined {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] ?? 0) < events) low = middle + 1;
    else high = middle;
  }
  return rows[low - 1];
}
