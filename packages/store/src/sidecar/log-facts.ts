import { parseEventLine } from "@llm-sim/events/read";
import { EVENT_TYPES, type EventType, formatTimestamp } from "@llm-sim/events/schema";
import type { LogFollower } from "../follow/index.ts";
import { NO_AGENT, type RunIndex } from "../run-index/index.ts";
import type { LogFacts } from "./header.ts";

export function logFacts(follower: LogFollower): LogFacts {
  const index = follower.index.inOrder();
  const { columns, order, rows } = index;
  const timeAt = (row: number): string | undefined =>
    rows > 0 ? formatTimestamp(columns.time(row)) : undefined;
  return {
    event_count: rows,
    by_type: counts((kind) => index.countOf(kind)),
    agents: index.agentCount,
    turns: order.lastTurn,
    skipped_lines: follower.skippedCount,
    first_timestamp: timeAt(0),
    last_timestamp: timeAt(rows - 1),
    has_ended: hasEnded(follower, index),
    bytes: follower.logBytes,
    segments: follower.segments.length,
  };
}

function hasEnded(follower: LogFollower, index: RunIndex): boolean {
  const milestones = index.rowsOf(NO_AGENT, EVENT_TYPES.indexOf("MILESTONE"));
  if (milestones.length === 0) return false;
  const row = milestones.at(milestones.length - 1);
  const [line] = follower.read([{ address: index.columns.address(row), length: index.columns.length(row) }]);
  const parsed = line === undefined ? undefined : parseEventLine(line);
  return (
    parsed?.ok === true &&
    parsed.event.event_type === "MILESTONE" &&
    parsed.event.milestone_type === "simulation_end"
  );
}

function counts(countOf: (kind: number) => number): Record<EventType, number> {
  const record = { MILESTONE: 0, DECISION: 0, ACTION: 0, STATE: 0, DETAIL: 0, SYSTEM: 0 };
  for (const [kind, type] of EVENT_TYPES.entries()) record[type] = countOf(kind);
  return record;
}
