import { setTimeout as wait } from "node:timers/promises";
import { isOutOfFiles } from "@llm-sim/events/run";
import { closeIdleFiles } from "./open-file.ts";

/** Milliseconds after which something is tried again that found no descriptor: they are wanting for moments. */
const AGAIN_AFTER = [50, 250, 1000];

/**
 * After something has failed: lets go of the descriptors that this process can do without, and waits a little, where it failed for want
 * of them.
 *
 * @param failed how often it has failed before
 * @returns whether it is worth another try
 */
export async function waitForFiles(error: unknown, failed: number): Promise<boolean> {
  const later = AGAIN_AFTER[failed];
  if (later === undefined || !isOutOfFiles(error)) return false;
  closeIdleFiles();
  await wait(later);
  return true;
}
