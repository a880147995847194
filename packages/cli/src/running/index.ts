export { runBatch } from "./batch.ts";
export { NextCommands } from "./next-commands.ts";
export { type Job, planJobs } from "./plan.ts";
export { runOnce } from "./single-run.ts";
