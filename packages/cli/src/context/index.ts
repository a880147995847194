export type { CommandContext } from "./command-context.ts";
export { Output } from "./output.ts";
export { processContext } from "./process-context.ts";
