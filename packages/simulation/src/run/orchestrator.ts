import { dirname } from "node:path";
import { setImmediate as nextEvent } from "node:timers/promises";
import type { EventHandle } from "@llm-sim/events";
import { type OptionNames, unknownOption } from "@llm-sim/events/naming";
import { Curves, type RunCalls, SUMMARY_FILE, UNTRACKED_MEMORY } from "@llm-sim/events/run";
import { listText } from "@llm-sim/events/words";
import { declaredMemory, declaredSchema, isParamsError, remembersUnseen } from "../agent/index.ts";
import { isThenable, placeText, sourcePlace } from "../answer/index.ts";
import { Asking, isAskError, loadLlm, type Models } from "../asking/index.ts";
import type { KeptRun } from "../checkpoint.ts";
import {
  alsoBecauseOf,
  type BaseEngine,
  INSIDE,
  type ObserveWrite,
  type TurnChange,
} from "../engine/index.ts";
import { HandleTable } from "../handles/index.ts";
import { checkDecisions, hasEvent, isInterventionError, OpenIntervention } from "../intervene/index.ts";
import type { LastWrites } from "../observation/index.ts";
import { Random } from "../random/index.ts";
import { Roster, type RunningAgent } from "../roster/index.ts";
import type { EmitScope, RunStream } from "../run-stream.ts";
import { SightError } from "../sight/index.ts";
import { summaryText, writeAtExit, writeSummary } from "../summary/index.ts";
import { DeclaredState, isStateVariableError } from "../variables/index.ts";
import { BreakPoint } from "./break-point.ts";
import { Checkpoints } from "./checkpoints.ts";
import { decideAll } from "./decide.ts";
import { type DecideTimeout, decideTimeout } from "./decide-timeout.ts";
import { type Ending, ended, endingWith, failureText, spentEnding } from "./ending.ts";
import { Interrupted, interruption, unlessAborted } from "./interruption.ts";
import { KeptFields } from "./kept-fields.ts";
import { openRunStream } from "./open-stream.ts";
import type { RunOptions, RunResult, SkippedTurns } from "./options.ts";
import { sharedFolder } from "./output-folder.ts";
import { type Memories, relativeType } from "./provenance.ts";
import { Review } from "./review.ts";
import { messageOf, RunError } from "./run-error.ts";
import type { Simulation } from "./simulation.ts";
import { Troubles } from "./troubles.ts";

/** Simulations whose agents never wait still let signals, timers and progress through after so many milliseconds. */
const YIELD_AFTER_MS = 20;

const OPTIONS: OptionNames<RunOptions> = {
  outputDir: true,
  simulationId: true,
  verbosity: true,
  stream: true,
  signal: true,
  signals: true,
  breakWhen: true,
  onWarning: true,
  onTurn: true,
  models: true,
  batch: true,
  from: true,
  again: true,
};

/**
 * Runs a simulation once: opens its stream, takes it through its turns, and closes the stream whatever happens.
 *
 *     const summary = await new SimulationOrchestrator(await loadConfig("market.yaml")).run();
 */
export class SimulationOrchestrator {
  #simulation: Simulation;
  readonly #options: RunOptions;
  #engine: BaseEngine;
  readonly #random: Random;
  #review: Review;
  readonly #declared: DeclaredState | undefined;
  readonly #roster: Roster;
  readonly #memories: Pick<Memories, "engine" | "validator">;
  #kept: KeptFields;
  #checkpoints: Checkpoints;
  readonly #firstTurn: number;
  readonly #base: string;
  readonly #troubles = new Troubles();
  #timeout: DecideTimeout | undefined;
  /** What of the config's becoming another is on record: from then on it is behind whatever happens. */
  #changedBy: EventHandle | undefined;
  readonly #breakPoint: BreakPoint | undefined;
  /** As long as the summary is to be written. */
  #curves: Curves | undefined;
  #turnsDone = 0;
  #hasRun = false;

  /** @throws RunError `SETUP_FAILED` where the engine, an agent or the validator cannot be made, or `breakWhen` not be read */
  constructor(simulation: Simulation, options: RunOptions = {}) {
    const unknown = unknownOption("runSimulation", options, OPTIONS);
    if (unknown !== undefined) throw new RunError("SETUP_FAILED", unknown);
    const { seed, turns, agents } = simulation;
    const { breakWhen, again } = options;
    const from = again?.skipped?.checkpoint ?? options.from;
    this.#simulation = simulation;
    this.#options = options;
    this.#base = simulation.file === undefined ? process.cwd() : dirname(simulation.file);
    this.#firstTurn = (from?.turn ?? 0) + 1;
    this.#breakPoint =
      breakWhen === undefined
        ? undefined
        : setUp("The condition of breakWhen", this.#base, () => new BreakPoint(breakWhen));
    this.#timeout = decideTimeout(simulation.decide_timeout);
    const random = Random.seeded(seed, "engine");
    this.#random = random;
    this.#engine = setUp("The engine", this.#base, () => simulation.createEngine({ agents, random, turns }));
    this.#review = setUp(
      "The validator",
      this.#base,
      () => new Review(simulation.createValidator(), this.#engine, this.#troubles),
    );
    this.#memories = {
      engine: setUp("The engine", this.#base, () => declaredMemory(this.#engine.constructor)),
      validator: setUp("The validator", this.#base, () => this.#review.memory),
    };
    this.#declared = simulation.variables && new DeclaredState(simulation.variables);
    this.#roster = new Roster(simulation, {
      from,
      declared: this.#declared,
      actions: this.#engine[INSIDE].offered,
      agentState: declaredSchema(this.#engine.constructor, "agentState"),
      attempt: (what, make) => setUp(what, this.#base, make, simulation.refusal),
    });
    this.#kept = new KeptFields(this.#engine, this.#review.validator, this.#memories);
    this.#checkpoints = new Checkpoints(
      simulation.checkpoint_interval,
      this.#engine,
      this.#roster,
      options.onWarning,
    );
  }

  /**
   * @returns how the run went: to its end, stopped by the engine, or interrupted
   * @throws RunError where it could not begin, or where the engine failed; the log then ends with status `failed`
   */
  async run(): Promise<RunResult> {
    if (this.#hasRun)
      throw new Error("An orchestrator runs once: make another one to run the simulation again");
    this.#hasRun = true;
    const begun = performance.now();
    this.#setUp();
    const models = await this.#models();
    const { stream, simulationId } = await openRunStream(this.#simulation, this.#options, {
      ...this.#memories,
      agents: setUp("The agents", this.#base, () => this.#roster.memories()),
    });
    const { cause: start } = stream;
    if (start) for (const { memory } of this.#roster.all) memory.begunBy(start);
    const { signal, release } = interruption(this.#options.signal, this.#options.signals !== false);
    const { directory } = stream;
    const skipped = this.#options.again?.skipped;
    if (directory !== undefined) this.#curves = skipped?.curves ?? new Curves();
    const letGo = writeAtExit(() => this.#writeSummary(stream));
    const { onWarning } = this.#options;
    const asking = new Asking({ models, stream, onWarning });
    let ending: Ending;
    try {
      ending = await this.#course(stream, asking, signal);
      await this.#options.again?.log?.beforeEnd(ending.close.status === "interrupted");
      await this.#checkpoints.written();
      await stream.close({ ...ending.close, calls: callsOf(models) });
    } finally {
      // After the events: where room on the disk is short, they come first.
      this.#writeSummary(stream);
      letGo();
      release();
    }
    const { name, seed } = this.#simulation;
    if (isRefusal(ending.error)) throw ending.error;
    if (ending.close.status === "failed") {
      const { turn } = this.#engine;
      const where = directory === undefined ? "" : `; the log up to there is in ${directory}`;
      throw new RunError(
        "ENGINE_FAILED",
        `${name} failed in turn ${turn}: ${failureText(ending.error, this.#base)}${where}`,
        { simulation_id: simulationId, turn, directory },
        { cause: ending.error },
      );
    }
    return {
      simulation_id: simulationId,
      name,
      seed,
      status: ending.close.status,
      ended_by: ending.close.endedBy,
      turns: this.#turnsDone,
      reason: ending.close.description,
      broke_at: ending.brokeAt,
      directory,
      troubles: { ...this.#troubles.totals, messages: this.#troubles.messages() },
      calls: models?.totals(),
      loss: stream.loss,
      stats: stream.stats(),
      duration_ms: performance.now() - begun,
    };
  }

  /** Makes the first state, before there is a log: what the config says of it is wrong, where that does not hold. */
  #setUp(): void {
    const { refusal, sights } = this.#simulation;
    try {
      const { from, again } = this.#options;
      const skipped = again?.skipped?.checkpoint;
      const first = skipped?.state ?? from?.state;
      const state = this.#engine[INSIDE].prepare(first, this.#declared, skipped !== undefined);
      const warnings = state && sights ? sights.check(state) : [];
      for (const message of warnings) this.#options.onWarning?.(message);
    } catch (error) {
      if (!isStateVariableError(error) && !(error instanceof SightError)) throw error;
      const { path } = error;
      const message = isStateVariableError(error)
        ? `At set-up ${error.message}`
        : `${path.join(".")}: ${error.message}`;
      throw refusal?.(message, path) ?? new RunError("SETUP_FAILED", message, {}, { cause: error });
    }
  }

  /** Who answers what is asked of language models. Made before there is a log: what the config says of it may not hold. */
  async #models(): Promise<Models | undefined> {
    const { llm } = this.#simulation;
    const { models, batch, outputDir } = this.#options;
    if (models !== undefined || llm === undefined) return models;
    const shared = batch === undefined ? undefined : { directory: sharedFolder(outputDir, batch.id) };
    try {
      const loaded = await loadLlm();
      return await loaded.createModels({
        settings: llm,
        models: this.#agentModels,
        batch: shared,
        ...this.#options.again?.models,
      });
    } catch (error) {
      throw new RunError("SETUP_FAILED", messageOf(error), {}, { cause: error });
    }
  }

  /** Whether what happens was not on record before. */
  get #isNew(): boolean {
    return this.#options.again?.log?.isLive ?? true;
  }

  /** Those that agents ask beside the config's. */
  get #agentModels(): string[] {
    return this.#roster.all.flatMap(({ agent }) => agent.models ?? []);
  }

  /** The turns, and how they ended. Whatever is thrown on the way is recorded. */
  async #course(stream: RunStream, asking: Asking, signal: AbortSignal): Promise<Ending> {
    const skipped = this.#options.again?.skipped;
    try {
      this.#breakPoint?.beginTurn(0, undefined);
      this.#engine[INSIDE].begin(stream, {
        roster: this.#roster,
        sights: this.#simulation.sights,
        asking,
        observer: {
          unanswered: (error_type, reason) => this.#troubles.unanswered(undefined, error_type, reason),
          wrote: this.#observeWrites(),
          refused: ({ agent_id, action_type }, reason, error_type) =>
            this.#troubles.refused(agent_id, action_type, reason, error_type),
        },
        signal,
        goOn: skipped && ((writes) => this.#goOn(skipped, writes, asking)),
      });
      if (skipped) this.#checkGoneOn(skipped);
      else this.#curves?.endTurn(0);
      for (const message of this.#breakPoint?.warnings() ?? []) this.#options.onWarning?.(message);
      const atOnce = this.#broken();
      if (atOnce) return atOnce;
      let yielded = performance.now();
      const log = this.#options.again?.log;
      for (let turn = this.#firstTurn; turn <= this.#simulation.turns; turn++) {
        if (performance.now() - yielded > YIELD_AFTER_MS) {
          await nextEvent();
          yielded = performance.now();
        }
        if (signal.aborted) throw new Interrupted();
        const change = this.#changeOf(turn);
        if (log && !(await log.beginTurn(turn))) return ended("interrupted", "signal");
        await this.#become(turn);
        await this.#turn(turn, { stream, asking, signal }, change);
        this.#turnsDone += 1;
        const { name, turns } = this.#simulation;
        this.#options.onTurn?.({ name, turn, turns, stats: stream.stats() });
        if (asking.models?.failure) throw asking.models.failure;
        // What was refused may have led to whatever else would end the run.
        if (asking.isRefused) return spentEnding(asking, turn);
        const broken = this.#broken();
        if (broken) return broken;
        const { stopReason } = this.#engine;
        if (stopReason !== undefined) {
          const { close } = ended("completed", "engine", `Stopped in turn ${turn}: ${stopReason}`);
          return { close: { ...close, caused_by: this.#engine[INSIDE].stopCauses() } };
        }
        if (asking.isSpent && turn < this.#simulation.turns) return spentEnding(asking, turn);
      }
      return ended("completed", "turns");
    } catch (error) {
      await asking.breakOff(error instanceof Interrupted ? "signal" : "unawaited");
      if (isRefusal(error)) return { ...ended("failed", "error", error.message), error };
      // The engine let it through that it was refused an answer.
      if (asking.isRefused && isAskError(error)) return spentEnding(asking, this.#engine.turn);
      return endingWith(error, {
        engine: this.#engine,
        stream,
        signal,
        base: this.#base,
        troubles: this.#troubles,
      });
    } finally {
      asking.end();
      this.#engine[INSIDE].endRun();
    }
  }

  /** What a checkpoint keeps so that the run goes on as if it had never stopped; nothing where something is kept that it cannot keep. */
  #keptRun(stream: RunStream, asking: Asking): KeptRun | undefined {
    const writes = this.#engine[INSIDE].lastWrites();
    const spending = asking.paidFor;
    const { all } = this.#roster;
    if (!writes || !spending || !stream.records("STATE") || stream.stats().dropped > 0) return undefined;
    if (this.#breakPoint || this.#changedBy || this.#engine[INSIDE].hasFailed()) return undefined;
    const { engine, validator } = this.#memories;
    if (remembersUnseen(engine) || remembersUnseen(validator) || !all.every(canBeMadeAgain)) return undefined;
    if (!this.#kept.seesNothing(all)) return undefined;
    const table = new HandleTable();
    const kept = {
      state: writes.kept(table),
      roster: this.#roster.keptEvents(table),
      spending: spending.map((event) => table.numberOf(event)),
      troubles: this.#troubles.kept(),
    };
    return { handles: table.kept(), ...kept };
  }

  /** Goes on from behind turns that are not played: what they were is told by their log. */
  #goOn({ kept, handles, checkpoint }: SkippedTurns, writes: LastWrites, asking: Asking): void {
    writes.goOn(kept.state, handles);
    this.#roster.goOn(kept.roster, handles, writes);
    asking.goOn(kept.spending.flatMap((number) => handles.at(number) ?? []));
    this.#troubles.goOn(kept.troubles);
    this.#turnsDone = checkpoint.turn;
  }

  /** @throws RunError where the state is not what it was */
  #checkGoneOn({ checkpoint }: SkippedTurns): void {
    if (this.#engine[INSIDE].stateHash() === checkpoint.state_hash) return;
    const { simulation_id, turn } = checkpoint;
    throw new RunError(
      "NOT_PLAYABLE",
      `The checkpoint of turn ${turn} of ${simulation_id} does not hold the state that it was taken of.`,
    );
  }

  /** Who is to be told of every write. */
  #observeWrites(): ObserveWrite | undefined {
    const curves = this.#curves;
    const condition = this.#breakPoint?.observe;
    if (curves === undefined) return condition;
    return (change, event) => {
      curves.wrote(change, this.#engine.turn);
      condition?.(change, event);
    };
  }

  /** Once. That it cannot be written does not end the run. */
  #writeSummary({ directory, simulationId }: RunStream): void {
    const curves = this.#curves;
    if (directory === undefined || curves === undefined || !this.#isNew) return;
    this.#curves = undefined;
    const { turn } = this.#engine;
    curves.finish(turn);
    const { refusals, failures, totals: tried } = this.#troubles;
    try {
      const facts = { simulation_id: simulationId, turns: turn, tried, refusals, failures, curves };
      writeSummary(directory, summaryText(facts));
    } catch (error) {
      this.#options.onWarning?.(
        `${SUMMARY_FILE} of ${directory} could not be written: ${messageOf(error)}; what it would say is in the log, as far as it was recorded`,
      );
    }
  }

  /** The end of the run, where its condition has become true. */
  #broken(): Ending | undefined {
    const hit = this.#breakPoint?.hit();
    if (!hit) return undefined;
    const { close } = ended("completed", "condition", hit.reason);
    return { close: { ...close, details: { broke_at: hit.at } }, brokeAt: hit.at };
  }

  /** Says of what code keeps in fields that it is no cause of anything; where that is not what it declares, in the log as well. */
  #lookAtFields(turn: number, scope: EmitScope): void {
    const warn = this.#options.onWarning ?? ((message: string) => process.emitWarning(message, "llm-sim"));
    for (const { of, field, declared, agentId, isContradiction, message } of this.#kept.look(
      turn,
      this.#roster.all,
    )) {
      warn(message);
      if (!isContradiction) continue;
      scope.system("warning", {
        error_type: UNTRACKED_MEMORY,
        subject_agent_id: agentId,
        description: message,
        details: { of: agentId === undefined ? of : relativeType(of, this.#base), field, declared },
      });
    }
  }

  /** Where its config is another from this turn on: what that concerns is made anew, with the state and the memories there are. */
  async #become(turn: number): Promise<void> {
    const { again, onWarning } = this.#options;
    const change = again?.changes?.find((one) => one.turn === turn);
    if (!change) return;
    const { simulation, anew } = change;
    await again?.onChange?.(change);
    await this.#checkpoints.written();
    this.#simulation = simulation;
    this.#timeout = decideTimeout(simulation.decide_timeout);
    const before = this.#engine[INSIDE];
    if (anew.engine) {
      const { agents, turns } = simulation;
      const engine = setUp("The engine", this.#base, () =>
        simulation.createEngine({ agents, random: this.#random, turns }),
      );
      engine[INSIDE].takeOver(before);
      this.#engine = engine;
    }
    this.#engine[INSIDE].setTurns(simulation.turns);
    if (anew.engine || anew.validator) {
      this.#review = setUp("The validator", this.#base, () => {
        const validator = anew.validator ? simulation.createValidator() : this.#review.validator;
        return new Review(validator, this.#engine, this.#troubles);
      });
    }
    const forgetful = [
      ...(anew.engine && remembersUnseen(this.#memories.engine) ? ["the engine"] : []),
      ...(anew.validator && remembersUnseen(this.#memories.validator) ? ["the validator"] : []),
      ...this.#roster.renew(
        simulation.agents.filter(({ id }) => anew.agents.has(id)),
        this.#engine[INSIDE].offered,
      ),
    ];
    if (forgetful.length > 0 && this.#isNew)
      onWarning?.(
        `${listText(forgetful)} ${forgetful.length === 1 ? "is" : "are"} made anew in turn ${turn}: what was kept in fields, where nobody sees it, is not there any more`,
      );
    this.#kept = new KeptFields(this.#engine, this.#review.validator, this.#memories);
    this.#checkpoints = new Checkpoints(
      simulation.checkpoint_interval,
      this.#engine,
      this.#roster,
      onWarning,
    );
  }

  /** What is made otherwise in a turn: looked at before anything of the turn is done. @throws InterventionError */
  #changeOf(turn: number): TurnChange | undefined {
    const given = this.#options.again?.interventions?.find((one) => one.turn === turn);
    if (!given || !hasEvent(given)) return undefined;
    checkDecisions(given.decide ?? [], { roster: this.#roster, turn });
    const assigned = this.#engine[INSIDE].checkVariables(given.set ?? [], turn);
    return { intervention: new OpenIntervention(given), assigned };
  }

  /** @throws Interrupted where the signal aborts while the turn waits for code of the author's */
  async #turn(
    turn: number,
    { stream, asking, signal }: Course,
    change: TurnChange | undefined,
  ): Promise<void> {
    const engine = this.#engine;
    const inside = engine[INSIDE];
    const turnScope = stream.startTurn(turn);
    let scope = this.#changedBy ? alsoBecauseOf(this.#changedBy, turnScope) : turnScope;
    asking.beginTurn(turn);
    this.#breakPoint?.beginTurn(turn, scope.cause);
    this.#roster.beginTurn(turn, scope, (id) => inside.presenceOf(id));
    const begun = inside.beginTurn(turn, scope, change);
    if (change?.intervention.isOfConfig) {
      this.#changedBy = change.intervention.cause;
      scope = alsoBecauseOf(this.#changedBy, turnScope);
    }
    if (isThenable(begun)) await unlessAborted(begun, signal);
    const answers = decideAll(this.#roster.ask(), {
      turn,
      turns: this.#simulation.turns,
      scope,
      engine: inside,
      asking,
      signal,
      // What is on record is not decided by a clock again.
      timeout: this.#timeout && {
        ...this.#timeout,
        ...(!this.#isNew && { milliseconds: Number.POSITIVE_INFINITY }),
      },
      log: this.#options.again?.log,
      base: this.#base,
      troubles: this.#troubles,
      intervention: change?.intervention,
    });
    const decided = isThenable(answers) ? await unlessAborted(answers, signal) : answers;
    const reviewed = this.#review.pass(decided, { scope, asking, signal });
    const { passed, silent } = isThenable(reviewed) ? await unlessAborted(reviewed, signal) : reviewed;
    const done = engine.runTurn(passed, [...silent, ...this.#roster.missing()]);
    if (isThenable(done)) await unlessAborted(done, signal);
    this.#curves?.endTurn(turn);
    this.#lookAtFields(turn, scope);
    change?.intervention.end(scope);
    const hash = inside.recorder().hash();
    const end = turnScope.end(hash === undefined ? undefined : { details: { state_hash: hash } });
    if (this.#isNew) {
      const kept = () => this.#keptRun(stream, asking);
      await this.#checkpoints.take(turn, end, stream, asking.models, kept);
    }
  }
}

/** Whether an agent made anew, with the memory that a checkpoint keeps, is the one that it was. */
function canBeMadeAgain({ agent, memoryKind }: RunningAgent): boolean {
  if (!remembersUnseen(memoryKind)) return true;
  return memoryKind === "outside" && agent.getMemory !== undefined && agent.setMemory !== undefined;
}

/** For run.json; what was spent, where that was not another run. */
function callsOf(models: Models | undefined): RunCalls | undefined {
  const calls = models?.totals();
  if (!models || !calls) return undefined;
  return calls.from_tape === calls.calls ? { ...calls } : { ...calls, spent: { ...models.spent } };
}

/** What a run's turns need of it. */
interface Course {
  stream: RunStream;
  asking: Asking;
  signal: AbortSignal;
}

/** Whether a run that is played again cannot go on as it was asked to: that is no failure of its code. */
function isRefusal(error: unknown): error is Error {
  return isInterventionError(error) || (error instanceof RunError && error.code === "NOT_PLAYABLE");
}

/** @param refusal what is thrown where what the config says at some place will not do */
function setUp<T>(what: string, base: string, make: () => T, refusal?: Simulation["refusal"]): T {
  try {
    return make();
  } catch (error) {
    if (isParamsError(error) && refusal) throw refusal(error.message, error.path);
    const reason = `${messageOf(error)}${placeText(sourcePlace(error, base))}`;
    throw new RunError("SETUP_FAILED", `${what} cannot be made: ${reason}`, {}, { cause: error });
  }
}
