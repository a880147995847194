export { HandleTable, type KeptHandles, keptHandlesSchema, NumberedHandles } from "./handle-table.ts";
