import type { BatchRunFacts, BatchRunHead } from "./batch-run.ts";

/** Where runs of batches lie. What did not change since it was asked for last is the same object. */
export interface BatchSource {
  /** Of every run that belongs to a batch, by its id. */
  heads(): Promise<readonly BatchRunHead[]>;
  /** The same with what became of their variables. */
  facts(heads: readonly BatchRunHead[]): Promise<readonly BatchRunFacts[]>;
}

/** Characters of summaries that are held of one run, and of all: of a large batch less of each. */
const MOST_OF_RUN = 20 * 1024 * 1024;
const MOST_OF_ALL = 400 * 1024 * 1024;

/** Characters of a summary that may be held. @param runs of how many */
export function roomForEach(runs: number): number {
  return Math.min(MOST_OF_RUN, Math.floor(MOST_OF_ALL / Math.max(1, runs)));
}
