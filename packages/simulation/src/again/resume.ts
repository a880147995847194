import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { RunHold } from "@llm-sim/events/recall";
import { type RunManifest, readManifest, TAPE_FILE } from "@llm-sim/events/run";
import { type BreakOff, coordinateText, readTape } from "@llm-sim/events/tape";
import {
  AskError,
  type CallTotals,
  type LlmSettings,
  loadLlm,
  type Models,
  type TapeAnswers,
} from "../asking/index.ts";
import type { Override } from "../config/index.ts";
import {
  messageOf,
  RunError,
  type RunOptions,
  type RunResult,
  runSimulation,
  sharedFolder,
} from "../run/index.ts";
import { changesOfConfig } from "./changes.ts";
import { GoingOn, type Refusal, type WentOn } from "./going-on.ts";
import { ModelsByTurn, totalsOf } from "./models-by-turn.ts";
import { type CodeOptions, openRecordedRun, type RecordedRun } from "./recorded-run.ts";
import { type Skipped, skippedOf } from "./skipped.ts";
import { answersOf } from "./tape-answers.ts";

export interface ResumeOptions
  extends CodeOptions,
    Pick<RunOptions, "signal" | "signals" | "onTurn" | "onWarning" | "models"> {
  /**
   * Whether turns need not be played again where a checkpoint tells what came of them. Default: where the code is known to be as it
   * was, and nothing is to be otherwise but `llm.budget`. `true` says of a program that its code is, `false` plays from the start.
   */
  checkpoint?: boolean | undefined;
  /** How many turns there are to be, where that is more than were planned. */
  turns?: number | undefined;
  /** Whether to go on also where its writer, which cannot be asked from here, has only fallen silent: that it has ended is the caller's knowledge. */
  takeOver?: boolean | undefined;
}

/** How a run went, the part that was there included. */
export interface ResumeResult extends RunResult {
  resumed: WentOn;
}

/** The settings that a run may be resumed with from a checkpoint. */
const BUDGET = "llm.budget";
/** What a run that goes on does not count as answered: it was kept from asking. */
const KEPT_FROM_ASKING: readonly BreakOff[] = ["budget", "signal"];

export async function resumeRun(directory: string, options: ResumeOptions = {}): Promise<ResumeResult> {
  const path = resolve(directory);
  const hold = new RunHold(path, { takeOver: options.takeOver });
  try {
    return await resumed(path, hold, options);
  } finally {
    hold.release();
  }
}

async function resumed(directory: string, hold: RunHold, options: ResumeOptions): Promise<ResumeResult> {
  const { turns, overrides = [], checkpoint, code, simulation: given } = options;
  const manifest = readManifest(directory);
  const planned: Override[] =
    turns === undefined ? [] : [{ path: "simulation.turns", value: turns, source: `--turns ${turns}` }];
  const all = [...overrides, ...planned];
  if (manifest) refuseEnded(directory, manifest, all);
  const run = await openRecordedRun(directory, { code, simulation: given, overrides: all });
  refuseChanged(run);
  const tape = await taped(directory);
  const until = (tape.firstUnanswered ?? Number.POSITIVE_INFINITY) - 1;
  const isOther = all.some(({ path }) => path !== BUDGET && !path.startsWith(`${BUDGET}.`));
  const skipped = isOther ? undefined : await skippedOf(run, { until, checkpoint });
  if (!skipped) return playedOn(run, hold, tape, undefined, options);
  const isTouched = { now: false };
  try {
    return await playedOn(run, hold, tape, skipped, options, () => {
      isTouched.now = true;
    });
  } catch (error) {
    // Whatever is not as it was then: from the start on it is found out what that is.
    if (isTouched.now || options.signal?.aborted) throw error;
    return playedOn(run, hold, tape, undefined, options);
  }
}

/** @param onTouch called when the run's log is written from now on */
async function playedOn(
  run: RecordedRun,
  hold: RunHold,
  tape: Taped,
  skipped: Skipped | undefined,
  { models, signal, signals, onTurn, onWarning }: ResumeOptions,
  onTouch: () => void = () => undefined,
): Promise<ResumeResult> {
  const { directory } = run;
  const goingOn = new GoingOn({
    hold,
    skipped,
    onLive: onTouch,
    before: tape.firstUnanswered,
    isOnTape: ({ coordinate }) => tape.answered.has(coordinateText(coordinate)),
    tell: ({ after_turn, set_aside }) => ({
      error_type: "resumed",
      description:
        set_aside === undefined
          ? `Resumed after turn ${after_turn}`
          : `Resumed after turn ${after_turn}: what stood behind it is in ${set_aside}`,
      details: { after_turn, ...(set_aside !== undefined && { set_aside }) },
    }),
  });
  const { simulation } = run;
  const { interventions = [] } = run.manifest;
  const changes = await changesOfConfig(run, interventions);
  const notPlayed: NotPlayed = { until: skipped?.turn, calls: undefined };
  const answering = models ?? (await modelsOf(run, goingOn, notPlayed));
  const byTurn =
    changes.length === 0 && interventions.length === 0 && !skipped
      ? answering
      : new ModelsByTurn(answering, interventions);
  if (skipped && byTurn instanceof ModelsByTurn)
    skipped.onPassed = () => byTurn.skip(skipped.warnings, notPlayed.calls);
  let result: RunResult | undefined;
  try {
    result = await runSimulation(simulation, {
      outputDir: dirname(directory),
      simulationId: run.manifest.simulation_id,
      verbosity: run.manifest.verbosity,
      breakWhen: run.manifest.break_when,
      batch: run.manifest.batch,
      signal,
      signals,
      onTurn,
      onWarning,
      models: answering || !skipped ? byTurn : undefined,
      stream: (streamOptions) => goingOn.open(streamOptions),
      again: {
        interventions,
        changes,
        onChange: async (change) => {
          if (!models && byTurn instanceof ModelsByTurn)
            byTurn.use(await modelsOf({ ...run, simulation: change.simulation }, goingOn));
        },
        log: goingOn,
        skipped,
      },
    });
  } catch (error) {
    // What fails on the way along the log is where it parts from it.
    if (!goingOn.refusal) throw error;
  } finally {
    await goingOn.close();
  }
  if (goingOn.refusal) throw refused(directory, goingOn.refusal);
  if (!result || !goingOn.wentOn) throw new Error("The run has neither gone on nor been refused.");
  return { ...result, resumed: goingOn.wentOn };
}

/** Turns of a run that are not played, and what the run's result says of the calls in them. */
interface NotPlayed {
  until: number | undefined;
  calls: CallTotals | undefined;
}

/** Who answers: the tape, and a model once the run is where its log ends. */
async function modelsOf(
  { directory, simulation: { llm }, manifest }: RecordedRun,
  goingOn: GoingOn,
  notPlayed?: NotPlayed,
): Promise<Models | undefined> {
  if (llm === undefined) return undefined;
  const { batch, interventions = [] } = manifest;
  // What is played from a tape of somebody else's is on that as well.
  const answers = llm.play === undefined ? await answersOf(directory, llm, KEPT_FROM_ASKING) : undefined;
  const skipped = notPlayed?.until === undefined ? undefined : answers?.skip(notPlayed.until);
  if (notPlayed) notPlayed.calls = skipped && totalsOf(skipped);
  const asksNobody = interventions.some(({ on_miss }) => on_miss === "fail");
  if (manifest.ended_by === "budget" && answers) refuseSpent(directory, llm, answers);
  const mayAsk = () => goingOn.isLive && !asksNobody;
  try {
    const asked = await (await loadLlm())?.createModels({
      settings: llm,
      batch: batch === undefined ? undefined : { directory: sharedFolder(dirname(directory), batch.id) },
      ...(answers && {
        source: { answers, onMiss: "live", mayAsk },
        spent: sumOf(answers.spent, skipped),
      }),
    });
    return asked && !answers && llm.play === undefined ? askedOnce(asked, mayAsk) : asked;
  } catch (error) {
    throw new RunError("SETUP_FAILED", messageOf(error), { directory }, { cause: error });
  }
}

/** What is spent on what is played comes as it is played, and what was on the rest is there from the start. */
function sumOf(onTape: Models["spent"], skipped: Models["spent"] | undefined): Models["spent"] {
  return { tokens: onTape.tokens + (skipped?.tokens ?? 0), usd: onTape.usd + (skipped?.usd ?? 0) };
}

/** Of a run that has no tape: what was asked in it is not asked again. */
function askedOnce(models: Models, mayAsk: () => boolean): Models {
  return {
    ask: async (question, call) => {
      if (mayAsk()) return models.ask(question, call);
      throw new AskError("NOT_ON_TAPE", "The run has no tape that the answer could be taken from");
    },
    get isSpent() {
      return models.isSpent;
    },
    get spent() {
      return models.spent;
    },
    get failure() {
      return models.failure;
    },
    totals: () => models.totals(),
  };
}

interface Taped {
  /** Coordinates of what is on the tape. */
  answered: ReadonlySet<string>;
  /** The first turn in which somebody was kept from asking. */
  firstUnanswered: number | undefined;
}

async function taped(directory: string): Promise<Taped> {
  const answered = new Set<string>();
  const unanswered = new Map<string, number>();

  if (existsSync(join(directory, TAPE_FILE))) {
    for await (const item of readTape(directory, { onUnreadable: () => {} })) {
      if (item.line !== "attempt") continue;
      const { coordinate, broken_off_by } = item;
      const name = coordinateText(coordinate);
      if (broken_off_by && KEPT_FROM_ASKING.includes(broken_off_by)) unanswered.set(name, coordinate.turn);
      else {
        answered.add(name);
        unanswered.delete(name);
      }
    }
  }
  const turns = [...unanswered.values()];
  return { answered, firstUnanswered: turns.length === 0 ? undefined : Math.min(...turns) };
}

function refuseEnded(directory: string, manifest: RunManifest, overrides: readonly Override[]): void {
  if (manifest.status !== "completed") return;
  const run = basename(directory);
  const isSet = (path: string) =>
    overrides.some((one) => one.path === path || one.path.startsWith(`${path}.`));
  if (manifest.ended_by === "budget") {
    if (isSet("llm.budget")) return;
    throw notResumable(
      directory,
      `${run} ended as its budget was spent: give it more with --set llm.budget.tokens=N, or llm.budget.usd=N`,
    );
  }
  if (manifest.ended_by !== "turns" && manifest.ended_by !== undefined)
    throw notResumable(
      directory,
      `${run} has come to its end, by ${manifest.ended_by === "engine" ? "its engine" : "its condition"}: there is nothing to resume; llm-sim fork goes on from a turn of it in a run of its own`,
    );
  if (isSet("simulation.turns")) return;
  throw notResumable(
    directory,
    `${run} has come to its end: there is nothing to resume; --turns N lets it go on to more turns than were planned`,
  );
}

/** A budget under which nothing more can be asked would only take away a turn that there is. */
function refuseSpent(directory: string, { budget = {} }: LlmSettings, { spent }: TapeAnswers): void {
  const unit = (["tokens", "usd"] as const).find(
    (one) => spent[one] >= (budget[one] ?? Number.POSITIVE_INFINITY),
  );
  if (unit === undefined) return;
  throw notResumable(
    directory,
    `${basename(directory)} has spent ${spent[unit]} of llm.budget.${unit} already, and ${budget[unit]} is not more: give it more with --set llm.budget.${unit}=N`,
  );
}

function refuseChanged({ directory, changes }: RecordedRun): void {
  const modules = changes.filter(({ of }) => of !== "llm-sim" && of !== "node").map(({ of }) => of);
  if (modules.length === 0) return;
  throw notResumable(
    directory,
    `The code of ${basename(directory)} has changed since (${modules.join(", ")}): put it back as it was to resume the run, or take the new code to a run of its own with llm-sim fork`,
  );
}

function refused(directory: string, refusal: Refusal): RunError {
  const run = basename(directory);
  if ("reason" in refusal) return notResumable(directory, `${run} cannot be resumed: ${refusal.reason}`);
  const { turn, recorded, now } = refusal.parting;
  const then = recorded?.description ?? "nothing more";
  const present = now?.description ?? "nothing more";
  return notResumable(
    directory,
    `${run} does not come out as it did: in turn ${turn} its log has "${then}", and now it is "${present}"; nothing was changed, and llm-sim replay ${run} says more`,
  );
}

function notResumable(directory: string, message: string): RunError {
  return new RunError("NOT_RESUMABLE", `${message}.`, { directory });
}
