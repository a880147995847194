import { EVENT_TYPES } from "@llm-sim/events/schema";
import type { RunSummary } from "@llm-sim/simulation";
import {
  counted,
  formatBytes,
  formatCount,
  formatDuration,
  type Paint,
  plainText,
} from "../terminal/index.ts";

/** What a run came to, for a person. `directory` is as the user would write it. */
export function runSummaryText(summary: RunSummary, directory: string, paint: Paint): string[] {
  const { simulation_id, status, turns, reason, stats, duration_ms, seed } = summary;
  const kinds = EVENT_TYPES.map((kind) => ({ kind, count: formatCount(stats.by_type[kind] ?? 0) }));
  const width = Math.max(...kinds.map(({ count }) => count.length));
  return [
    `${paint.bold(simulation_id)} ${paint.status(status, status)} after ${counted(turns, "turn")} in ${formatDuration(duration_ms)} (seed ${seed})`,
    ...(reason === undefined ? [] : [`  ${plainText(reason)}`]),
    "",
    ...kinds.map(({ kind, count }) => `  ${paint.kind(kind, kind.padEnd(9))}  ${count.padStart(width)}`),
    "",
    `  ${counted(stats.written, "event")}, ${formatBytes(stats.bytes)} in ${counted(stats.segments, "segment")}, ${dropped(stats.dropped, paint)}`,
    `  log: ${directory}`,
  ];
}

function dropped(count: number, paint: Paint): string {
  const text = `${formatCount(count)} dropped`;
  return count > 0 ? paint.caution(text) : text;
}
