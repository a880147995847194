export { byName, numberFormat } from "./intl.ts";
export { nameText } from "./name.ts";
export {
  formatBytes,
  formatChange,
  formatCompact,
  formatCount,
  formatDifference,
  formatNumber,
  plural,
} from "./number.ts";
export { formatSides } from "./sides.ts";
export { formatAgo, formatClock, formatDuration, formatMoment, microseconds } from "./time.ts";
export { formatValue } from "./value.ts";
