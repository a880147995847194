export { CallTable, type KnownCall } from "./call-table.ts";
export { type CallsList, type CallsPage, callAt, listCalls, pageOfCalls, tellPage } from "./list-calls.ts";
export { gapsOfCalls, ModelCalls } from "./model-calls.ts";
export { tellCall } from "./tell-call.ts";
