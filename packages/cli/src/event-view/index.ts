export { type EventGraph, eventTree } from "./cause-tree.ts";
export { EventPrinter } from "./event-printer.ts";
export { eventSheet } from "./event-sheet.ts";
export { leftOutLines } from "./left-out.ts";
export { oneLine } from "./one-line.ts";
