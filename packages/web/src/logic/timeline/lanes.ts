import type { Event } from "@llm-sim/events/schema";
import { byName } from "../format/index.ts";
import type { LaneSort } from "../view/index.ts";

/** The world's lane, the machinery's, the agents' folded into one, and `agent:` with its id. */
export type LaneId = "world" | "system" | "agents" | `agent:${string}`;

export interface Lane {
  id: LaneId;
  label: string;
  /** Absent for the world's, the machinery's and the folded lane. */
  agent?: string;
}

/** The lane an event is drawn in. */
export function laneOf(event: Event): LaneId {
  if (event.event_type === "SYSTEM") return "system";
  return event.agent_id === undefined ? "world" : `agent:${event.agent_id}`;
}

/** World and system first, then the agents: by name (numbers in names by their value) or the busiest first. */
export function lanesOf(activity: ReadonlyMap<string, number>, sort: LaneSort, folded: boolean): Lane[] {
  const agents = [...activity.keys()];
  agents.sort((one, other) =>
    sort === "activity"
      ? (activity.get(other) ?? 0) - (activity.get(one) ?? 0) || byName(one, other)
      : byName(one, other),
  );
  const fixed: Lane[] = [
    { id: "world", label: "World" },
    { id: "system", label: "System" },
  ];
  if (folded) return [...fixed, { id: "agents", label: `All ${agents.length} agents` }];
  return [...fixed, ...agents.map((agent): Lane => ({ id: `agent:${agent}`, label: agent, agent }))];
}

/** Row of each lane id, the folded lane standing for every agent. */
export function laneRows(lanes: readonly Lane[]): (lane: LaneId) => number | undefined {
  const rows = new Map(lanes.map((lane, row) => [lane.id, row]));
  const folded = rows.get("agents");
  return (lane) => rows.get(lane) ?? (lane.startsWith("agent:") ? folded : undefined);
}
