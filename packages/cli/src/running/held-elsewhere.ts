import { setTimeout as later } from "node:timers/promises";
import { here, lockState } from "@llm-sim/events/run";

/** A process whose batch was killed ends its run with the turn that is under way: so long that is waited for, in milliseconds. */
const ENDING_MS = 10_000;
const LOOK_MS = 250;

/**
 * Waits until it is known whether a run is made by a living process: it gives a sign, lets go of the run, or falls silent. Of one on
 * this machine that is known at once, and it is waited for a while only, as it may be about to end.
 */
export async function heldElsewhere(directory: string, signal: AbortSignal): Promise<void> {
  const begun = Date.now();
  const first = lockState(directory);
  if (first.state !== "alive") return;
  const isHere = first.holder.host === here().host && first.holder.boot_id === here().boot_id;
  while (!signal.aborted) {
    await later(LOOK_MS, undefined, { signal }).catch(() => undefined);
    const now = lockState(directory);
    if (now.state !== "alive") return;
    const isRenewed = now.heardAt > first.heardAt;
    if (isHere ? Date.now() - begun > ENDING_MS : isRenewed) return;
  }
}
