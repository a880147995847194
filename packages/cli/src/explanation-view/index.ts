export { decisionRow, momentRow, stateRows, writeRow } from "./fields.ts";
export { printList } from "./print-list.ts";
export { told } from "./told.ts";
