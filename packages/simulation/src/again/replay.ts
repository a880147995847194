import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { RunManifest } from "@llm-sim/events/run";
import { isRunError, type RunOptions, runSimulation, type Simulation } from "../run/index.ts";
import { type Played, playAlong } from "./played.ts";
import type { Parting, Recalled } from "./recall.ts";
import { type CodeChange, type CodeOptions, openRecordedRun, type RecordedRun } from "./recorded-run.ts";
import { type Suspect, suspectOf } from "./suspect.ts";

export interface ReplayOptions extends Omit<CodeOptions, "overrides"> {
  /** Ends the playing when it aborts. */
  signal?: AbortSignal | undefined;
  /** Called after each turn. */
  onTurn?: RunOptions["onTurn"];
}

/**
 * Why a run did not come out the same: its code has changed; it is not repeatable, and comes out another way each time; or it comes
 * out the same each time, but not as it was recorded, so that something outside of it has changed.
 */
export type PartingKind = "code" | "not_repeatable" | "outside";

export interface ReplayReport {
  simulation_id: string;
  /** Whether all that was played is as the log has it. */
  same: boolean;
  /** How much was. */
  recalled: Recalled;
  /** From which turn on it was not played, and why; absent where it was to its end. */
  until?: { turn: number; reason: string };
  /** Where it first is not the same. */
  parting?: Parting & { kind: PartingKind; suspect: Suspect };
  /** What of the code is not as it was, whether that made a difference or not. */
  changes: CodeChange[];
}

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
  const run = await openRecordedRun(directory, options);
  const { manifest, changes } = run;
  const playing = await playRun(run, options);
  const { parting, recalled } = playing;
  const until = playing.until && withStatus(playing.until, manifest);
  return {
    simulation_id: manifest.simulation_id,
    same: parting === undefined,
    recalled,
    ...(until && { until }),
    ...(parting && { parting: await explained(run, playing, parting, options) }),
    changes,
  };
}

/** Plays a recorded run along its own log. */
function playRun({ simulation, directory, manifest }: RecordedRun, options: ReplayOptions): Promise<Played> {
  return playAlong(simulation, directory, {
    ...optionsOf(manifest, options),
    outputDir: dirname(directory),
    verbosity: manifest.verbosity,
    onTurn: options.onTurn,
  });
}

/** How the run was run, as far as that may show in its events. */
function optionsOf(
  { simulation_id, break_when }: RunManifest,
  { signal }: ReplayOptions,
): RunOptions & { simulationId: string } {
  return {
    simulationId: simulation_id,
    breakWhen: break_when,
    signal,
    signals: false,
    onWarning: () => {}, // what there is to say was said when it was run
  };
}

function withStatus({ turn, reason }: { turn: number; reason: string }, { status }: RunManifest) {
  const ended =
    status === "completed"
      ? ""
      : status === "running"
        ? "the run was cut off; "
        : `the run ${STATUS[status]}; `;
  return { turn, reason: `${ended}${reason}` };
}

const STATUS = { interrupted: "was interrupted", failed: "failed" } as const;

/** Why it parted: it is played twice more, as deep as events are recorded, to see whether it comes out the same twice. */
async function explained(
  run: RecordedRun,
  { eventOf }: Played,
  parting: Parting,
  options: ReplayOptions,
): Promise<Parting & { kind: PartingKind; suspect: Suspect }> {
  const twice = await playTwice(run, parting.turn, options);
  if (twice) return { ...parting, kind: "not_repeatable", suspect: twice };
  const suspect = suspectOf(parting, eventOf);
  return { ...parting, kind: run.changes.length > 0 ? "code" : "outside", suspect };
}

/** @returns whose code did not do the same twice, up to a turn; `undefined` where all did */
async function playTwice(
  { simulation, manifest }: RecordedRun,
  lastTurn: number,
  options: ReplayOptions,
): Promise<Suspect | undefined> {
  const outputDir = await mkdtemp(join(tmpdir(), "llm-sim-replay-"));
  const { simulationId, ...rest } = optionsOf(manifest, options);
  const common = { ...rest, outputDir, simulationId, verbosity: "DETAIL" } as const;
  try {
    await onceUpTo(simulation, lastTurn, common);
    const { parting, eventOf } = await playAlong(simulation, join(outputDir, simulationId), common);
    return parting && suspectOf(parting, eventOf);
  } finally {
    await rm(outputDir, { recursive: true, force: true });
  }
}

async function onceUpTo(simulation: Simulation, lastTurn: number, options: RunOptions): Promise<void> {
  try {
    await runSimulation(simulation, {
      ...options,
      again: {
        log: {
          isLive: false,
          beginTurn: async (turn) => turn <= lastTurn,
          beforeEnd: async () => {},
          timesOut: () => undefined,
        },
      },
    });
  } catch (error) {
    // How it failed is in its log.
    if (!isRunError(error) || error.code !== "ENGINE_FAILED") throw error;
  }
}
