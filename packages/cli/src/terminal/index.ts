export { LiveLines } from "./live-lines.ts";
export { Paint } from "./paint.ts";
export { EVENT_COLORS } from "./palette.ts";
export { plainText } from "./plain-text.ts";
export { progressBar } from "./progress-bar.ts";
export { counted, formatAgo, formatBytes, formatCount, formatDuration, formatElapsed } from "./quantity.ts";
export { type Column, Table } from "./table.ts";
export { type TreeNode, treeLines } from "./tree.ts";
export { displayWidth, fit, pad } from "./width.ts";
