export { CallTable, type KnownCall } from "./call-table.ts";
export { ModelCalls } from "./model-calls.ts";
