export { ReaderPool } from "./reader-pool.ts";
export { RunReader, type RunReaderOptions } from "./run-reader.ts";
export { type IndexedLog, RunView, StaleIndex } from "./run-view.ts";
