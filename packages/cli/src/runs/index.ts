export { DEFAULT_OUTPUT, outputOption } from "./output-directory.ts";
export { existingDirectory, resolveRun, runDirectories, withRun, withRuns, withStore } from "./with-store.ts";
