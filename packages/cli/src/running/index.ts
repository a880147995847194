export { runBatch } from "./batch.ts";
export { NextCommands, quoted } from "./next-commands.ts";
export { type Job, planJobs } from "./plan.ts";
export { runOnce } from "./single-run.ts";
