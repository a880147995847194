import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { lockState, type RunManifest } from "@llm-sim/events/run";
import type { Models, TapeAnswers } from "../asking/index.ts";
import { isRunError, type RunOptions, runSimulation, type Simulation } from "../run/index.ts";
import { changesOfConfig } from "./changes.ts";
import { ModelsByTurn } from "./models-by-turn.ts";
import { NOT_THERE, type Played, playAlong } from "./played.ts";
import type { Parting, Recalled } from "./recall.ts";
import { NO_END } from "./recorded-log.ts";
import { type CodeChange, type CodeOptions, openRecordedRun, type RecordedRun } from "./recorded-run.ts";
import { type Suspect, suspectOf } from "./suspect.ts";
import { type AnswersUsed, answersOf, answersUsed, playedModels } from "./tape-answers.ts";

export interface ReplayOptions extends Omit<CodeOptions, "overrides"> {
  /** Ends the playing when it aborts. */
  signal?: AbortSignal | undefined;
  /** Called after each turn. */
  onTurn?: RunOptions["onTurn"];
  /** Who answers, of a run whose models were its program's own. Default: its tape. */
  models?: (() => Models) | undefined;
}

/**
 * Why a run did not come out the same: it is not repeatable, and comes out another way each time; its tape has no answer that fits
 * what was asked; its code has changed; or it comes out the same each time, but not as it was recorded, so that something outside of it
 * has changed.
 */
export type PartingKind = "not_repeatable" | "answer" | "code" | "outside";

export interface ReplayReport {
  simulation_id: string;
  /** Whether all that was played is as the log has it. */
  same: boolean;
  /** How much was. */
  recalled: Recalled;
  /** From which turn on it was not played, and why; absent where it was to its end. */
  until?: { turn: number; reason: string };
  /** Where it first is not the same. */
  parting?: Parting & { kind: PartingKind; suspect: Suspect; misses?: readonly string[] };
  /** Where models were asked: what was taken from the tape. */
  answers?: AnswersUsed;
  /** What of the code is not as it was, whether that made a difference or not. */
  changes: CodeChange[];
}

export async function replayRun(directory: string, options: ReplayOptions = {}): Promise<ReplayReport> {
  const run = await openRecordedRun(directory, options);
  const { manifest, changes } = run;
  const { playing, answers } = await playRun(run, options);
  const { parting, recalled } = playing;
  const until = playing.until && withStatus(playing.until, manifest, run.directory);
  return {
    simulation_id: manifest.simulation_id,
    same: parting === undefined,
    recalled,
    ...(until && { until }),
    ...(parting && { parting: await explained(run, { ...playing, answers }, parting, options) }),
    ...(answers && { answers: answersUsed(answers) }),
    changes,
  };
}

/** Plays a recorded run along its own log. */
async function playRun(
  run: RecordedRun,
  options: ReplayOptions,
): Promise<{ playing: Played; answers: TapeAnswers | undefined }> {
  const { simulation, directory, manifest } = run;
  const { answers, ...common } = await optionsOf(run, options);
  const playing = await playAlong(simulation, directory, {
    ...common,
    outputDir: dirname(directory),
    verbosity: manifest.verbosity,
    onTurn: options.onTurn,
  });
  return { playing, answers };
}

/** How the run was run, as far as that may show in its events. */
async function optionsOf(
  run: RecordedRun,
  { signal, models }: ReplayOptions,
): Promise<RunOptions & { simulationId: string; answers: TapeAnswers | undefined }> {
  const { directory, simulation, manifest } = run;
  const { simulation_id, break_when, interventions = [] } = manifest;
  const answers = models ? undefined : await answersOf(directory, simulation.llm);
  const played = models ? undefined : await playedModels(simulation.llm, answers);
  const byTurn = played && new ModelsByTurn(played, interventions);
  return {
    simulationId: simulation_id,
    breakWhen: break_when,
    again: {
      interventions,
      changes: await changesOfConfig(run, interventions),
      onChange: async (change) => byTurn?.use(await playedModels(change.simulation.llm, answers)),
    },
    signal,
    signals: false,
    onWarning: () => {}, // what there is to say was said when it was run
    models: models?.() ?? byTurn,
    answers,
  };
}

function withStatus(
  { turn, reason }: { turn: number; reason: string },
  { status }: RunManifest,
  directory: string,
): { turn: number; reason: string } {
  if (reason !== NO_END && reason !== NOT_THERE)
    return { turn, reason: `turn ${turn} is not whole: ${reason}` };
  if (status === "completed") return { turn, reason };
  if (status === "running" && lockState(directory).state === "alive")
    return { turn, reason: "the run is still being written" };
  return { turn, reason: `the run ${STATUS[status]} in turn ${turn}` };
}

const STATUS = { running: "was cut off", interrupted: "was interrupted", failed: "failed" } as const;

/** Why it parted: it is played twice more, as deep as events are recorded, to see whether it comes out the same twice. */
async function explained(
  run: RecordedRun,
  { eventOf, answers }: Played & { answers: TapeAnswers | undefined },
  parting: Parting,
  options: ReplayOptions,
): Promise<NonNullable<ReplayReport["parting"]>> {
  const misses = answers?.misses.map(({ reason }) => reason) ?? [];
  const more = { ...parting, ...(misses.length > 0 && { misses }) };
  const twice = await playTwice(run, parting.turn, options);
  if (twice) return { ...more, kind: "not_repeatable", suspect: twice };
  const suspect = suspectOf(parting, eventOf);
  if (misses.length > 0) return { ...more, kind: "answer", suspect };
  return { ...parting, kind: run.changes.length > 0 ? "code" : "outside", suspect };
}

/** @returns whose code did not do the same twice, up to a turn; `undefined` where all did */
async function playTwice(
  run: RecordedRun,
  lastTurn: number,
  options: ReplayOptions,
): Promise<Suspect | undefined> {
  const outputDir = await mkdtemp(join(tmpdir(), "llm-sim-replay-"));
  const common = async () => {
    const { answers: _, ...given } = await optionsOf(run, options);
    return { ...given, outputDir, verbosity: "DETAIL" as const };
  };
  const { simulation, manifest } = run;
  try {
    await onceUpTo(simulation, lastTurn, await common());
    const log = join(outputDir, manifest.simulation_id);
    const { parting, eventOf } = await playAlong(simulation, log, await common());
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
        ...options.again,
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
