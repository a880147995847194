export { memoryAt } from "./memory-at.ts";
export { withMemory } from "./with-memory.ts";
