import { numberFormat } from "./intl.ts";

const grouped = numberFormat();
const compact = numberFormat({ notation: "compact", maximumFractionDigits: 1 });
const precise = numberFormat({ maximumSignificantDigits: 6 });
const large = numberFormat({ maximumSignificantDigits: 8 });

/** `1234567` → `1,234,567` */
export function formatCount(count: number): string {
  return grouped.format(count);
}

/** `1234567` → `1.2M`; up to 9,999 in full. */
export function formatCompact(count: number): string {
  return Math.abs(count) < 10_000 ? grouped.format(count) : compact.format(count);
}

/** `1 event`, `2 events` */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A value of the world: all digits of an integer, six significant ones of a fraction. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e15 || size < 1e-6)) return value.toExponential(4);
  if (Number.isInteger(value)) return grouped.format(value);
  return (size >= 100_000 ? large : precise).format(value);
}

/** With its sign, a true minus: `+12.4`, `−3`, `±0` */
export function formatDifference(value: number): string {
  if (value === 0) return "±0";
  return `${value > 0 ? "+" : "−"}${formatNumber(Math.abs(value))}`;
}

/** Share of the old value, as `+3.1 %`; nothing where there is none to compare with. */
export function formatChange(from: number, to: number): string | undefined {
  if (from === 0 || from === to) return undefined;
  const percent = ((to - from) / Math.abs(from)) * 100;
  const digits = Math.abs(percent) >= 100 ? 0 : Math.abs(percent) >= 10 ? 1 : 2;
  return `${percent > 0 ? "+" : "−"}${Math.abs(percent).toFixed(digits)} %`;
}

/** `1536` → `1.5 KB`, 1 KB = 1024 bytes. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ""}`;
}
