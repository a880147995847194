export { runBatch } from "./batch.ts";
export { configFile } from "./config-file.ts";
export { forkText, missedText } from "./fork-text.ts";
export { NextCommands, quoted } from "./next-commands.ts";
export { type Job, planJobs } from "./plan.ts";
export { runOnce, showRun } from "./single-run.ts";
export { type ForkMessage, forkStarter } from "./start-fork.ts";
export { warningLine } from "./warning-line.ts";
