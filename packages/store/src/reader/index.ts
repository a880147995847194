export { ReaderPool } from "./reader-pool.ts";
export { RunReader, type RunReaderOptions } from "./run-reader.ts";
export { RunView, StaleIndex } from "./run-view.ts";
