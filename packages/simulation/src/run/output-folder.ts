import { join } from "node:path";

/** Where runs lie, where nothing is said of it. */
export const DEFAULT_OUTPUT = "output";

/**
 * The folder, beside its runs, of what the runs of a batch share while they are made: the rate at which models are asked, and what was
 * spent of their budget. Only there where models are asked.
 */
export function sharedFolder(outputDir: string | undefined, batch: string): string {
  return join(outputDir ?? DEFAULT_OUTPUT, `.${batch}`);
}
