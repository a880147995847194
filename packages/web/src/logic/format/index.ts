export {
  formatBytes,
  formatChange,
  formatCompact,
  formatCount,
  formatDifference,
  formatNumber,
  plural,
} from "./number.ts";
export { formatAgo, formatClock, formatDuration, formatMoment, microseconds } from "./time.ts";
export { formatSides, formatValue } from "./value.ts";
