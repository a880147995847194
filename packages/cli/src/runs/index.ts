export { DEFAULT_OUTPUT, outputOption } from "./output-directory.ts";
export { existingDirectory, runDirectories, withRun, withRuns, withStore } from "./with-store.ts";
