import { join } from "node:path";
import { EVENT_TYPES } from "@llm-sim/events/schema";
import { usdText } from "@llm-sim/events/words";
import type { RunResult } from "@llm-sim/simulation";
import {
  counted,
  formatBytes,
  formatCount,
  formatDuration,
  type Paint,
  plainText,
} from "../terminal/index.ts";

/** What a run came to, for a person. `directory` is as the user would write it. */
export function runSummaryText(summary: RunResult, directory: string, paint: Paint): string[] {
  const { simulation_id, status, turns, stats, duration_ms, seed, troubles, calls } = summary;
  const kinds = EVENT_TYPES.map((kind) => ({ kind, count: formatCount(stats.by_type[kind] ?? 0) }));
  const width = Math.max(...kinds.map(({ count }) => count.length));
  return [
    `${paint.bold(simulation_id)} ${paint.status(status, status)} after ${counted(turns, "turn")} in ${formatDuration(duration_ms)} (seed ${seed})`,
    ...reasonText(summary, paint),
    "",
    ...kinds.map(({ kind, count }) => `  ${paint.kind(kind, kind.padEnd(9))}  ${count.padStart(width)}`),
    "",
    `  ${counted(stats.written, "event")}, ${formatBytes(stats.bytes)} in ${counted(stats.segments, "segment")}, ${droppedText(stats.dropped, paint)}`,
    ...callsText(calls),
    ...troublesText(troubles, paint),
    `  log: ${directory}`,
  ];
}

/** Why it ended; of a condition, with the event that made it true. */
function reasonText({ reason, broke_at }: RunResult, paint: Paint): string[] {
  if (reason === undefined) return [];
  const id = broke_at?.event_id;
  return [`  ${plainText(reason)}${id === undefined ? "" : ` [${paint.dim(id)}]`}`];
}

/** What is missing from a run's log, why, and what to do; absent where the log is whole. */
export function lossText({ simulation_id, loss, stats }: RunResult, directory: string): string | undefined {
  const verify = `\`llm-sim verify ${directory}\` says what it still proves`;
  if (loss) {
    const { dropped, turn_start, turn_end, path, reason } = loss;
    const turns = turn_start === turn_end ? `turn ${turn_start}` : `turns ${turn_start} to ${turn_end}`;
    return `${counted(dropped, "event")} of ${turns} of ${simulation_id} ${dropped === 1 ? "is" : "are"} not in its log: ${join(directory, path)}: ${reason}; ${verify}.`;
  }
  if (stats.last_error === undefined) return undefined;
  return `The end of ${simulation_id} could not be recorded in ${directory}: ${stats.last_error}; once there is room, \`llm-sim repair ${directory}\` does it.`;
}

/** What was asked of language models, and whether anybody was. */
function callsText(calls: RunResult["calls"]): string[] {
  if (!calls) return [];
  const { calls: all, from_tape, tokens, usd, saved_usd } = calls;
  const asked = counted(all, "model call");
  if (from_tape === all) return [`  ${asked}, answered from a tape: no model was asked`];
  const taped = from_tape === 0 ? "" : `, ${formatCount(from_tape)} of them answered from a tape`;
  const saved = saved_usd > 0 ? `, ${usdText(saved_usd)} saved` : "";
  const paid = usd > 0 ? `, ${usdText(usd)}` : "";
  return [`  ${asked}${taped}${saved}: ${counted(tokens, "token")}${paid}`];
}

/** Only where there is something to tell. */
function troublesText({ messages, ...counts }: RunResult["troubles"], paint: Paint): string[] {
  const text = troubleCounts(counts);
  return [
    ...(text === "" ? [] : [`  ${text}`]),
    ...messages.map((line) => `  ${paint.caution(plainText(line))}`),
  ];
}

/** `2 of 10 decisions failed, 29 of 131 actions refused`, as far as there are any. */
export function troubleCounts(counts: Omit<RunResult["troubles"], "messages">): string {
  const { decisions, failures, actions, refusals } = counts;
  return [
    failures > 0 && `${formatCount(failures)} of ${counted(decisions + failures, "decision")} failed`,
    refusals > 0 && `${formatCount(refusals)} of ${counted(actions, "action")} refused`,
  ]
    .filter(Boolean)
    .join(", ");
}

function droppedText(count: number, paint: Paint): string {
  const text = `${formatCount(count)} dropped`;
  return count > 0 ? paint.caution(text) : text;
}
