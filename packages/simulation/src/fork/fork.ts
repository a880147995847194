import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseSize } from "@llm-sim/events";
import { parseEventLine, walkSegments } from "@llm-sim/events/read";
import {
  type Intervention,
  interventionSchema,
  isBeingWritten,
  type LeftOut,
  TAPE_FILE,
} from "@llm-sim/events/run";
import type { Event } from "@llm-sim/events/schema";
import {
  answersOf,
  type CodeChange,
  type CodeOptions,
  changesOfConfig,
  ModelsByTurn,
  openRecordedRun,
  playedModels,
  type RecordedRun,
  type Skipped,
  skippedOf,
  totalsOf,
} from "../again/index.ts";
import { type LlmSettings, loadLlm, type Models, type TapeAnswers } from "../asking/index.ts";
import { InterventionError, isInterventionError, leftOutOf } from "../intervene/index.ts";
import {
  checkRunId,
  isRunError,
  newRunId,
  RunError,
  type RunOptions,
  type RunResult,
  runSimulation,
} from "../run/index.ts";
import { copyLog, copyTape } from "./copied-log.ts";
import { ForkedLog } from "./forked-log.ts";
import { Staging } from "./staging.ts";

const DEFAULT_FILE_SIZE = "500MB";

export interface ForkOptions extends Omit<CodeOptions, "overrides"> {
  /** The first turn that differs. Default: the earliest of those of what is left out. */
  turn?: number | undefined;
  /** Variables that are assigned at the start of the turn. */
  set?: NonNullable<Intervention["set"]> | undefined;
  /** Decisions in the turn instead of those that agents come to, or their actions alone. */
  decide?: NonNullable<Intervention["decide"]> | undefined;
  /** Ids of events of the parent that are not to come up again: decisions, actions, rules, phases. */
  without?: readonly string[] | undefined;
  /** Settings of the config that are others from the turn on. */
  config?: NonNullable<Intervention["config"]> | undefined;
  /** The language model that is asked from the turn on, by whoever asks. */
  model?: string | undefined;
  /** How many turns it has in all. Default: as many as the parent was to have. */
  turns?: number | undefined;
  /** What is done where the parent's tape has no answer. Default: a model is asked; where the config names a tape to `play`, none is. */
  onMiss?: "live" | "fail" | undefined;
  /**
   * Whether turns before the fork's own need not be played where a checkpoint of the parent tells what came of them. Default: where its
   * code is known to be as it was. `true` says that of a program, `false` plays from the start.
   */
  checkpoint?: boolean | undefined;
  /** Instead of what stands behind the questions of a fork in its own turns. */
  models?: Models | undefined;
  /** Default: the name and the time. */
  simulationId?: string | undefined;
  /** Default: where the parent lies. */
  outputDir?: string | undefined;
  signal?: AbortSignal | undefined;
  onWarning?: ((message: string) => void) | undefined;
  onTurn?: RunOptions["onTurn"];
  /** Called when the first own turn begins: from here on there is a run. */
  onBegun?: ((fork: { simulation_id: string; turn: number; directory: string }) => void) | undefined;
}

/** Calls of language models, and what came of them. */
export interface ForkedCalls {
  /** Answered from the parent's tape, those of the turns before the fork's own among them. */
  reused: number;
  /** Of these, in turns before the fork's own. */
  before: number;
  /** Of those, in turns that were not played, as a checkpoint tells what came of them. */
  skipped: number;
  /** What these answers would have cost anew. */
  saved: { tokens: number; usd: number };
  /** Asked of a model. */
  asked: number;
  /** Not answered, as the parent's tape has no answer and no model is asked; each says why. */
  missed: string[];
}

export interface ForkResult {
  /** The first turn of its own. */
  turn: number;
  /** The checkpoint of the parent from which it was played; absent where it was from the start. */
  checkpoint?: number;
  parent: { simulation_id: string; turn: number; event_id: string };
  run: RunResult;
  /** Absent where nobody asked a model, in the parent or in the fork. */
  calls?: ForkedCalls;
  /** What of the code is not as it was when the parent ran. */
  changes: CodeChange[];
}

export async function forkRun(parentDirectory: string, options: ForkOptions = {}): Promise<ForkResult> {
  const directory = resolve(parentDirectory);
  if (isBeingWritten(directory)) {
    const message = `${basename(directory)} is being written: fork it when it is over.`;
    throw new RunError("NOT_PLAYABLE", message, { directory });
  }
  const parent = await openRecordedRun(directory, options);
  const intervention = await interventionOf(parent, options);
  return new Fork(parent, intervention, options).run();
}

/** What is asked for, by what it means in the parent. */
async function interventionOf(
  { directory, manifest, simulation }: RecordedRun,
  { turn, set, decide, without = [], ...options }: ForkOptions,
): Promise<{ turn: number; own: Intervention[] }> {
  const leftOut = without.length === 0 ? [] : await leftOutIn(directory, without);
  const first = turn ?? Math.min(...leftOut.map((one) => one.turn));
  if (!Number.isSafeInteger(first))
    throw new InterventionError(
      "The first turn that differs is not given: name it (--turn), or what is left out (--without)",
    );
  if (first < 1)
    throw new InterventionError(`Turn ${first} is the set-up: the first turn that can differ is turn 1`);
  const early = leftOut.find((one) => one.turn < first);
  if (early)
    throw new InterventionError(
      `${early.event_id} is of turn ${early.turn}, before turn ${first}: fork at turn ${early.turn} to leave it out`,
    );
  const config = configOf(simulation, options);
  // A run whose answers come from a tape as its config says asks no model, unless that is asked for.
  const { onMiss = simulation.llm?.play === undefined ? "live" : "fail" } = options;
  const turns = new Set([first, ...leftOut.map((one) => one.turn)]);
  const own = [...turns]
    .toSorted((a, b) => a - b)
    .map((at): Intervention => {
      const left = leftOut.filter((one) => one.turn === at);
      return {
        turn: at,
        ...(at === first && set && set.length > 0 && { set: [...set] }),
        ...(at === first && decide && decide.length > 0 && { decide: [...decide] }),
        ...(left.length > 0 && { without: left }),
        ...(at === first && config.length > 0 && { config }),
        ...(at === first && onMiss === "fail" && { on_miss: onMiss }),
      };
    });
  const before = interventionSchema.array().parse(manifest.interventions ?? []);
  return { turn: first, own: [...before.filter((one) => one.turn < first), ...own] };
}

/** What is to be otherwise in the config. */
function configOf(
  { config: recorded, llm }: RecordedRun["simulation"],
  { config = [], model, turns }: Pick<ForkOptions, "config" | "model" | "turns">,
): NonNullable<Intervention["config"]> {
  if (model !== undefined && !llm)
    throw new InterventionError("The run has no llm block in its config: there is no model to be another");
  const agents = Array.isArray(recorded.agents) ? recorded.agents : [];
  const withModels = agents.flatMap((entry, index) => (Object(entry).model === undefined ? [] : [index]));
  return [
    ...config,
    ...(model === undefined
      ? []
      : [
          { path: "llm.model", value: model },
          ...withModels.map((index) => ({ path: `agents.${index}.model`, value: model })),
        ]),
    ...(turns === undefined ? [] : [{ path: "simulation.turns", value: turns }]),
  ];
}

/** @throws InterventionError where the run has no such event, or it is none that can be left out */
async function leftOutIn(directory: string, ids: readonly string[]): Promise<LeftOut[]> {
  const wanted = new Set(ids);
  const found: { event: Event; leftOut: LeftOut }[] = [];
  let inTurn: Event[] = [];
  for await (const { lines } of walkSegments(directory)) {
    for (const { bytes } of lines) {
      const parsed = parseEventLine(bytes);
      if (!parsed.ok) continue;
      const { event } = parsed;
      if (inTurn[0]?.turn_number !== event.turn_number) inTurn = [];
      inTurn.push(event);
      if (wanted.delete(event.event_id)) found.push({ event, leftOut: leftOutOf(event, inTurn) });
    }
  }
  const [missing] = wanted;
  if (missing !== undefined)
    throw new InterventionError(`${basename(directory)} has no event ${missing}: llm-sim events lists them`);
  return found.map(({ leftOut }) => leftOut);
}

/** A fork while it is made and run. */
class Fork {
  readonly #parent: RecordedRun;
  readonly #turn: number;
  readonly #interventions: readonly Intervention[];
  readonly #options: ForkOptions;
  readonly #simulationId: string;
  readonly #outputDir: string;
  #isBegun = false;

  constructor(
    parent: RecordedRun,
    { turn, own }: { turn: number; own: Intervention[] },
    options: ForkOptions,
  ) {
    this.#parent = parent;
    this.#turn = turn;
    this.#interventions = own.filter(isSomething);
    this.#options = options;
    this.#simulationId = checkRunId(options.simulationId ?? newRunId(parent.simulation.name));
    this.#outputDir = resolve(options.outputDir ?? dirname(parent.directory));
  }

  /** From a checkpoint where there is one; where anything is not as it was then, from the start. */
  async run(): Promise<ForkResult> {
    const { checkpoint } = this.#options;
    const skipped = await skippedOf(this.#parent, { until: this.#turn - 1, checkpoint });
    if (!skipped) return this.#run(undefined);
    try {
      return await this.#run(skipped);
    } catch (error) {
      if (this.#isBegun || this.#options.signal?.aborted) throw error;
      return this.#run(undefined);
    }
  }

  async #run(skipped: Skipped | undefined): Promise<ForkResult> {
    const { manifest, simulation, changes } = this.#parent;
    const { signal, onTurn, onWarning = () => undefined } = this.#options;
    if (!skipped) this.#tellOf(changes, onWarning);
    const turn = this.#turn;
    const simulationId = this.#simulationId;
    const later = await changesOfConfig(this.#parent, this.#interventions);
    const own = later.at(-1)?.simulation ?? simulation;
    if (turn > own.turns)
      throw new InterventionError(
        `${manifest.simulation_id} has ${own.turns} turns: there is no turn ${turn} to fork at; --turns makes it longer`,
      );
    const staging = await Staging.begin(this.#outputDir, simulationId);
    try {
      const last = await this.#copyInto(staging.directory);
      const parent = { simulation_id: manifest.simulation_id, turn: turn - 1, event_id: last.event_id };
      const answers = await this.#answers();
      const [onTape] = answers;
      const ownModels = this.#options.models ?? (await this.#ownModels(own.llm, answers[1]));
      const models = new ModelsByTurn(await playedModels(simulation.llm, onTape), this.#interventions);
      const notPlayed = skipped && onTape?.skip(skipped.turn);
      if (skipped) skipped.onPassed = () => models.skip(skipped.warnings, notPlayed && totalsOf(notPlayed));
      let before = 0;
      const log = new ForkedLog({
        skipped,
        directory: staging.directory,
        turn,
        parent: manifest.simulation_id,
        provenance: { parent, interventions: [...this.#interventions] },
        begin: async () => {
          await staging.finish();
          this.#isBegun = true;
          before = answers.reduce((sum, { reused }) => sum + reused.calls, 0);
          models.use(ownModels);
          const begun = { simulation_id: simulationId, turn, directory: join(this.#outputDir, simulationId) };
          this.#options.onBegun?.(begun);
        },
      });
      const result = await runSimulation(simulation, {
        outputDir: this.#outputDir,
        simulationId,
        verbosity: manifest.verbosity,
        breakWhen: manifest.break_when,
        signal,
        signals: false,
        onWarning: (message) => {
          if (log.isLive) onWarning(message);
        },
        onTurn,
        models: simulation.llm || this.#options.models ? models : undefined,
        stream: (streamOptions) => log.open(streamOptions),
        again: {
          interventions: this.#interventions,
          changes: later,
          onChange: async (change) => {
            if (change.turn < turn) models.use(await playedModels(change.simulation.llm, onTape));
          },
          log,
          skipped,
        },
      });
      await log.end();
      if (!log.isLive && result.status !== "interrupted")
        throw new InterventionError(
          `${manifest.simulation_id} ends with turn ${result.turns}${result.reason === undefined ? "" : ` (${result.reason})`}: there is no turn ${turn} to fork at`,
        );
      const calls = this.#calls(answers, models, { before, skipped: notPlayed?.calls ?? 0 });
      const run = log.isLive ? result : { ...result, directory: undefined };
      return {
        turn,
        ...(skipped && { checkpoint: skipped.turn }),
        parent,
        run,
        ...(calls && { calls }),
        changes,
      };
    } catch (error) {
      throw this.#translated(error);
    } finally {
      await staging.end();
    }
  }

  #tellOf(changes: readonly CodeChange[], warn: (message: string) => void): void {
    const names = changes.map(({ of }) => of);
    if (names.length === 0) return;
    const [are, they] =
      names.length === 1 ? ["is not as it was", "it is"] : ["are not as they were", "they are"];
    warn(
      `${names.join(", ")} ${are} when ${this.#parent.manifest.simulation_id} ran: from turn ${this.#turn} on it is played by what ${they} now.`,
    );
  }

  async #copyInto(into: string): Promise<Event> {
    const { directory: from, simulation, manifest } = this.#parent;
    const common = { from, into, simulationId: this.#simulationId, turn: this.#turn };
    const maxFileSize = parseSize(simulation.events.max_file_size ?? DEFAULT_FILE_SIZE, "max_file_size");
    const last = await copyLog({ ...common, maxFileSize });
    if (last === undefined)
      throw new RunError(
        "NOT_PLAYABLE",
        `${manifest.simulation_id} has no events: there is nothing to fork.`,
      );
    if (existsSync(join(from, TAPE_FILE))) await copyTape(common);
    return last;
  }

  /** Of the turns before the fork's own, and of its own: what a budget or an interrupt kept from being asked is asked there. */
  async #answers(): Promise<TapeAnswers[]> {
    const { directory, simulation } = this.#parent;
    const before = await answersOf(directory, simulation.llm);
    const later = before && (await answersOf(directory, simulation.llm, ["budget", "signal"]));
    return before && later ? [before, later] : [];
  }

  async #ownModels(
    llm: LlmSettings | undefined,
    answers: TapeAnswers | undefined,
  ): Promise<Models | undefined> {
    if (!llm) return undefined;
    const { play: _, ...settings } = llm;
    const onMiss = this.#asksNobody ? ("fail" as const) : ("live" as const);
    if (!answers && onMiss === "fail") return undefined;
    try {
      const source = answers && { answers, onMiss };
      return await (await loadLlm()).createModels({ settings, ...(source && { source }) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const hint = answers ? "; with --on-miss fail nobody is asked but the parent's tape" : "";
      throw new RunError("SETUP_FAILED", `${message}${hint}`, {}, { cause: error });
    }
  }

  #calls(
    answers: readonly TapeAnswers[],
    models: ModelsByTurn,
    counted: Pick<ForkedCalls, "before" | "skipped">,
  ): ForkedCalls | undefined {
    const totals = models.totals();
    if (!totals && answers.length === 0) return undefined;
    const reused = answers.map((one) => one.reused);
    const sum = (of: (one: (typeof reused)[number]) => number) =>
      reused.reduce((all, one) => all + of(one), 0);
    return {
      reused: sum(({ calls }) => calls),
      ...counted,
      saved: { tokens: sum(({ tokens }) => tokens), usd: sum(({ usd }) => usd) },
      asked: totals ? totals.calls - totals.from_tape : 0,
      missed: this.#asksNobody ? (answers[1]?.misses ?? []).map(({ reason }) => reason) : [],
    };
  }

  /** As it was said of it, or of a fork that it is one of. */
  get #asksNobody(): boolean {
    return this.#options.onMiss !== "live" && this.#interventions.some(({ on_miss }) => on_miss === "fail");
  }

  /** That code of the author's fails before the fork's own turns means that the parent is not played again as it was. */
  #translated(error: unknown): unknown {
    if (isInterventionError(error) || !isRunError(error) || error.code !== "ENGINE_FAILED") return error;
    const { turn = 0 } = error.details;
    if (turn >= this.#turn) return error;
    const id = this.#parent.manifest.simulation_id;
    const { message } = error.cause instanceof Error ? error.cause : error;
    return new RunError(
      "NOT_PLAYABLE",
      `${id} cannot be forked at turn ${this.#turn}: played again it fails in turn ${turn}: ${message}; llm-sim replay ${id} says more.`,
      {},
      { cause: error },
    );
  }
}

function isSomething({ turn: _, ...what }: Intervention): boolean {
  return Object.keys(what).length > 0;
}
