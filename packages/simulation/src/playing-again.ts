// Doors to what plays runs again: a run that is merely run reads no log and no tape, and loads nothing that does.
import type { ReplayOptions, ReplayReport, ResumeOptions, ResumeResult } from "./again/index.ts";
import type { ForkOptions, ForkResult } from "./fork/index.ts";

/**
 * Plays a run again from its config and code, writes nothing, and says whether it is what its log has: every event, but for
 * what may differ between equal runs (`canonicalLog`).
 *
 *     const { same, parting } = await replayRun("output/market-20261123-071500-3f9a");
 *
 * @param directory the run's
 * @throws RunError NOT_PLAYABLE or CODE_NOT_FOUND; ConfigError where its code no longer fits its config
 */
export async function replayRun(directory: string, options: ReplayOptions = {}): Promise<ReplayReport> {
  const again = await import("./again/index.ts");
  return await again.replayRun(directory, options);
}

/**
 * Goes on with a run that was cut off, in its own log: it is played again as far as the log is whole, with the answers of its tape,
 * and then as any run. What stands behind its last whole turn is set aside in a file of its own.
 *
 *     await resumeRun("output/market-20261123-071500-3f9a");
 *
 * @param directory the run's
 * @throws RunError NOT_RESUMABLE where it has ended, its code has changed, or it does not come out as it did: nothing is touched then.
 * WriteError RUN_LOCKED where it is being written.
 */
export async function resumeRun(directory: string, options: ResumeOptions = {}): Promise<ResumeResult> {
  const again = await import("./again/index.ts");
  return await again.resumeRun(directory, options);
}

/**
 * Plays a run again with something made otherwise from a turn on, as a run of its own.
 *
 *     const { run } = await forkRun("output/market", { turn: 5, set: [{ variable: "alice.wealth", value: 0 }] });
 *
 * @param parentDirectory the run that is forked
 * @throws InterventionError where what is asked for cannot be; RunError NOT_PLAYABLE where the parent cannot be played again up to
 * there, CODE_NOT_FOUND, RUN_EXISTS, ENGINE_FAILED; ConfigError. Up to the first own turn, nothing is left behind.
 */
export async function forkRun(parentDirectory: string, options: ForkOptions = {}): Promise<ForkResult> {
  const fork = await import("./fork/index.ts");
  return await fork.forkRun(parentDirectory, options);
}
