export {
  DEFAULT_OUTPUT,
  noStoreOption,
  outputOption,
  type Place,
  placeName,
  storeOption,
} from "./output-directory.ts";
export {
  existingDirectory,
  resolveRun,
  runDirectories,
  withRun,
  withRunOnDisk,
  withRuns,
  withRunsOnDisk,
  withStore,
  withStoreOnDisk,
} from "./with-store.ts";
