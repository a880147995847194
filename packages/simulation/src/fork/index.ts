export { type ForkedCalls, type ForkOptions, type ForkResult, forkRun } from "./fork.ts";
