const counts = new Intl.NumberFormat("en-US");

/** `12345` → `"12,345"` */
export function formatCount(count: number): string {
  return counts.format(count);
}

/** `counted(1, "event")` → `"1 event"`; `counted(2, "event")` → `"2 events"` */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

const UNITS = ["B", "KB", "MB", "GB", "TB"] as const;

/** In steps of 1024, as the limits of a segment are: `1536` → `"1.5 KB"` */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? "B"}`;
}

/** A length of time in milliseconds: `"340 ms"`, `"12.5 s"`, `"3:07 min"`, `"2:15 h"` */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)} min`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)} h`;
}

/** A moment of a run, in microseconds since its start: `"+0.012 s"`, `"+3:07 min"` */
export function formatElapsed(microseconds: number): string {
  const milliseconds = microseconds / 1000;
  return milliseconds < 60_000
    ? `+${(milliseconds / 1000).toFixed(3)} s`
    : `+${formatDuration(milliseconds)}`;
}

const STEPS = [
  [60_000, 1000, "s"],
  [3_600_000, 60_000, "min"],
  [86_400_000, 3_600_000, "h"],
  [Number.POSITIVE_INFINITY, 86_400_000, "d"],
] as const;

/** How long ago something was, in milliseconds: `"just now"`, `"5 min ago"`, `"3 d ago"` */
export function formatAgo(milliseconds: number): string {
  if (milliseconds < 1000) return "just now";
  const [, size, unit] = STEPS.find(([limit]) => milliseconds < limit) ?? STEPS[3];
  return `${Math.floor(milliseconds / size)} ${unit} ago`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
