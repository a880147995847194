import {
  EVENT_TYPES,
  type Event,
  type JsonObject,
  type JsonValue,
  rosterEventOf,
} from "@llm-sim/events/schema";
import type { Pace } from "../../pace/index.ts";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT, type RunIndex } from "../../run-index/index.ts";
import { batchesOf } from "../rows/index.ts";

const [DECISION, MILESTONE] = [EVENT_TYPES.indexOf("DECISION"), EVENT_TYPES.indexOf("MILESTONE")];
const SYSTEM = EVENT_TYPES.indexOf("SYSTEM");
const MARKS = [Buffer.from('"memory":'), Buffer.from('"forgotten":'), Buffer.from('"lossy":')];
const STANDING_MARKS = [Buffer.from('"agent_added"'), Buffer.from('"agent_removed"')];
/** Events that are looked through before the event loop gets a turn. */
const AT_ONCE = 4096;

/** An agent's memory as decisions wrote it: of each key the rows that wrote it or forgot it, in their order. */
export interface MemoryWrites {
  keys: Map<string, number[]>;
  /** Rows whose details were altered, or left out for their size: what they said of the memory is not known as it was. */
  altered: number[];
  /** The agent's comings and goings: who went remembers nothing. */
  standings: { row: number; hasGone: boolean }[];
}

// An index only grows, and is replaced where the log turns out to be another: what has been looked through stays so.
const known = new WeakMap<RunIndex, { scanned: Map<number, number>; agents: Map<string, MemoryWrites> }>();

/** Of each agent that ever remembered something, by its id. Only what has come since the last time is read. */
export async function memoryWrites(view: RunView, pace: Pace): Promise<ReadonlyMap<string, MemoryWrites>> {
  const { index } = view;
  const found = known.get(index) ?? { scanned: new Map<number, number>(), agents: fromTheStart(view) };
  if (index.rows > 0) known.set(index, found);
  const { agents, scanned } = found;
  await scan(view, DECISION, MARKS, scanned, pace, (event, row) => take(agents, event, row));
  await scan(view, SYSTEM, STANDING_MARKS, scanned, pace, (event, row) => takeStanding(agents, event, row));
  return agents;
}

/** Looks through the events of a kind that are new, for those in whose line one of the marks stands. */
async function scan(
  view: RunView,
  kind: number,
  marks: readonly Buffer[],
  scanned: Map<number, number>,
  pace: Pace,
  found: (event: Event, row: number) => void,
): Promise<void> {
  const { index } = view;
  const rows = index.rowsOf(NO_AGENT, kind);
  for (let from = scanned.get(kind) ?? 0; from < rows.length; from = scanned.get(kind) ?? rows.length) {
    const fresh: number[] = [];
    const end = Math.min(rows.length, from + AT_ONCE);
    for (let place = from; place < end; place++) fresh.push(rows.at(place));
    for (const batch of batchesOf(index, fresh)) {
      const lines = view.lines(batch);
      const telling = batch.filter((_, place) => marks.some((mark) => lines[place]?.includes(mark)));
      for (const [place, event] of view.events(telling).entries()) found(event, telling[place] ?? -1);
    }
    scanned.set(kind, end);
    await pace.yieldIfDue();
  }
}

/** What agents remembered from before a checkpoint stands in the run's first event. */
function fromTheStart(view: RunView): Map<string, MemoryWrites> {
  const agents = new Map<string, MemoryWrites>();
  if (view.index.rows === 0 || view.index.columns.kind(0) !== MILESTONE) return agents;
  for (const [agentId, memory] of Object.entries(objectIn(view.event(0).details, "memory"))) {
    if (isObject(memory)) for (const key of Object.keys(memory)) writesOf(agents, agentId, key).push(0);
  }
  return agents;
}

function take(agents: Map<string, MemoryWrites>, event: Event, row: number): void {
  if (event.event_type !== "DECISION") return;
  const { agent_id, details, lossy } = event;
  if (lossy?.some((pointer) => pointer === "/details" || pointer.startsWith("/details/memory")))
    of(agents, agent_id).altered.push(row);
  for (const key of [...Object.keys(objectIn(details, "memory")), ...forgottenIn(details)])
    writesOf(agents, agent_id, key).push(row);
}

function takeStanding(agents: Map<string, MemoryWrites>, event: Event, row: number): void {
  const change = rosterEventOf(event);
  if (event.event_type !== "SYSTEM" || event.subject_agent_id === undefined) return;
  if (change === "agent_added" || change === "agent_removed")
    of(agents, event.subject_agent_id).standings.push({ row, hasGone: change === "agent_removed" });
}

function of(agents: Map<string, MemoryWrites>, agentId: string): MemoryWrites {
  let own = agents.get(agentId);
  if (own === undefined) {
    own = { keys: new Map(), altered: [], standings: [] };
    agents.set(agentId, own);
  }
  return own;
}

function writesOf(agents: Map<string, MemoryWrites>, agentId: string, key: string): number[] {
  const { keys } = of(agents, agentId);
  let rows = keys.get(key);
  if (rows === undefined) {
    rows = [];
    keys.set(key, rows);
  }
  return rows;
}

/** What an event gave a key of an agent's memory; `undefined` where it is gone. */
export function rememberedIn(event: Event, agentId: string, key: string): JsonValue | undefined {
  const all = objectIn(event.details, "memory");
  if (event.event_type !== "MILESTONE") return all[key];
  return objectIn(all, agentId)[key];
}

function objectIn(details: JsonObject | undefined, name: string): JsonObject {
  const value = details?.[name];
  return isObject(value) ? value : {};
}

function forgottenIn(details: JsonObject | undefined): string[] {
  const keys = details?.forgotten;
  return Array.isArray(keys) ? keys.filter((key) => typeof key === "string") : [];
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
