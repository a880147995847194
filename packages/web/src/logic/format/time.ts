import { parseTimestamp } from "@llm-sim/events/schema";

/** Microseconds since 1970, or `undefined` where the text is no moment. */
export function microseconds(timestamp: string | undefined): number | undefined {
  return timestamp === undefined ? undefined : parseTimestamp(timestamp);
}

/** `2026-11-23T07:15:00.000123Z` → `07:15:00.000123`, in UTC as the log has it. */
export function formatClock(timestamp: string): string {
  return timestamp.slice(11, 26);
}

/** `2026-11-23 07:15:00` UTC */
export function formatMoment(timestamp: string): string {
  return `${timestamp.slice(0, 10)} ${timestamp.slice(11, 19)}`;
}

/** `1h 02m`, `3m 07s`, `4.2 s`, `18 ms`, `250 µs` */
export function formatDuration(micros: number): string {
  if (micros < 1000) return `${Math.round(micros)} µs`;
  const milliseconds = micros / 1000;
  if (milliseconds < 1000)
    return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h ${two((seconds % 3600) / 60)}m`;
  return `${Math.floor(seconds / 86_400)}d ${two((seconds % 86_400) / 3600)}h`;
}

/** `just now`, `5 min ago`, `3 h ago`, `2 d ago`, then the day. Both in microseconds since 1970. */
export function formatAgo(then: number, now: number): string {
  const seconds = (now - then) / 1e6;
  if (seconds < 45) return "just now";
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`;
  if (seconds < 30 * 86_400) return `${Math.round(seconds / 86_400)} d ago`;
  return new Date(then / 1000).toISOString().slice(0, 10);
}
