import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { AskedShard } from "../arguments/index.ts";
import type { CommandContext } from "../context/index.ts";
import { counted, formatCount, LiveLines, Paint, plainLines } from "../terminal/index.ts";
import { type BatchJob, type PlannedBatch, planBatch } from "./batch-plan.ts";
import {
  batchDocument,
  batchSummaryText,
  brokeDown,
  type FinishedJob,
  isLeftToOthers,
  isNotWhole,
  isWholeAlready,
  jobLine,
  statusOf,
} from "./batch-summary.ts";
import { heldElsewhere } from "./held-elsewhere.ts";
import { type JobListener, type JobOutcome, runJob } from "./job.ts";
import type { Job } from "./plan.ts";
import { type Progress, progressLine } from "./progress.ts";
import { setAside, standingOf } from "./standing.ts";
import { warningLine } from "./warning-line.ts";

export interface BatchOptions {
  config: string;
  jobs: readonly Job[];
  output: string;
  /** The batch's. Default: the simulation's name and a hash of what its runs have in common. */
  id?: string | undefined;
  /** Whether runs that are there and were made by other code, or failed, are made again. */
  again: boolean;
  /** Which part of the runs is made. Default: all. */
  shard?: AskedShard | undefined;
  /** How many runs are made side by side. */
  sideBySide: number;
  quiet: boolean;
  json: boolean;
  debug: boolean;
  /** A condition that ends each run with the turn in which it becomes true. */
  breakWhen?: string | undefined;
  /** Is told the directory of each run before it is made. */
  onBegin?: ((directory: string) => void) | undefined;
}

export type BatchStatus = "completed" | "failed" | "interrupted";

export interface BatchEnd {
  status: BatchStatus;
  /** Nothing is missing from any log. */
  isWhole: boolean;
  /** Whether runs of a shard are not there yet, as other processes are at them. */
  isLeftToOthers: boolean;
}

/** How often a run that another process is at is taken up anew. */
const MOST_TRIES = 5;

/** Makes many runs, each in a process of its own, with a line of progress for each on standard error. */
export async function runBatch(context: CommandContext, options: BatchOptions): Promise<BatchEnd> {
  const { stdout, stderr } = context;
  const planned = await planBatch(context, options);
  const { batchId, jobs, shard } = planned;
  const begun = performance.now();
  if (shard && !options.quiet) await stderr.line(shardLine(planned));
  const board = new ProgressBoard(context, options);
  const finished: FinishedJob[] = [];
  await context.interruptible(async (signal) => {
    const work = async (job: BatchJob, isLast: boolean) => {
      const line = board.begin(job.id);
      const outcome = await made(context, job, { options, line, signal });
      const { id, label } = job;
      const end = { id, label, outcome };
      if (shard && !isLast && isLeftToOthers(outcome)) return line.drop();
      finished.push(end);
      await line.end(end);
    };
    await sideBySide(options.sideBySide, jobs, signal, (job) => work(job, false));
    const left = jobs.filter(({ id }) => !finished.some((one) => one.id === id));
    if (!shard || left.length === 0) return;
    // Whoever was at them may have been killed: what can be known of that is waited for.
    const output = resolve(context.cwd, options.output);
    await Promise.all(left.map(({ id }) => heldElsewhere(join(output, id), signal)));
    await sideBySide(options.sideBySide, left, signal, (job) => work(job, true));
  });
  if (!shard) await removeShared(resolve(context.cwd, options.output), batchId);
  const batch = {
    batch: batchId,
    shard,
    total: planned.total,
    status: statusOf(finished, jobs.length),
    planned: jobs.length,
    finished: jobs.flatMap(({ id }) => finished.filter((one) => one.id === id)),
    duration: performance.now() - begun,
  };
  if (options.json) await stdout.line(JSON.stringify(batchDocument(batch)));
  else if (!options.quiet) {
    const lines = batchSummaryText(
      batch,
      { output: options.output, folder: resolve(context.cwd, options.output) },
      context.env,
      new Paint(stdout.color),
    );
    await stdout.write(`${lines.join("\n")}\n`);
  }
  return {
    status: batch.status,
    isWhole: !finished.some(({ outcome }) => isNotWhole(outcome)),
    isLeftToOthers: shard !== undefined && finished.some(({ outcome }) => isLeftToOthers(outcome)),
  };
}

/** `shard 3/64 (Slurm task 3 of 64 from 1 to 64): 157 of 10,000 runs` */
function shardLine({ batchId, jobs, total, shard }: PlannedBatch): string {
  const { index = 1, of = 1, task } = shard ?? {};
  const taken = task === undefined ? "" : ` (${task})`;
  return `batch ${batchId}, shard ${index}/${of}${taken}: ${formatCount(jobs.length)} of ${counted(total, "run")}`;
}

/** Who is at what of the rate: of no use once nobody asks. What was spent is kept, for runs that are resumed. */
async function removeShared(output: string, batchId: string): Promise<void> {
  const { sharedFolder } = await import("@llm-sim/simulation");
  rmSync(join(sharedFolder(output, batchId), "rate"), { recursive: true, force: true });
}

/** Makes a run, or the rest of it; of one that is whole nothing is touched. */
async function made(
  { cwd }: CommandContext,
  job: BatchJob,
  { options, line, signal }: { options: BatchOptions; line: JobListener; signal: AbortSignal },
): Promise<JobOutcome> {
  const { id, overrides, batch } = job;
  const config = resolve(cwd, options.config);
  const output = resolve(cwd, options.output);
  const directory = join(output, id);
  const order = { config, overrides, output, id, batch, breakWhen: options.breakWhen };
  // Which shard makes a run is settled: whoever was at it and has fallen silent is not started again elsewhere.
  const takeOver = options.shard !== undefined;
  let taken = "";
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const standing = standingOf(directory, job, options.again);
    if (standing.is === "left") return { status: standing.status, left: standing.why };
    if (standing.is === "to_make_again") {
      const { sharedFolder } = await import("@llm-sim/simulation");
      const place = setAside(directory, id, sharedFolder(output, batch.id));
      line.onWarning(`${id} is made anew; what there was is in ${place}`);
    }
    if (tries === 0) options.onBegin?.(directory);
    const ended = await runJob({ ...order, resume: standing.is === "cut_off", takeOver }, line, signal);
    if (!("taken" in ended)) return ended;
    taken = ended.taken;
  }
  return { status: "failed", message: taken, stack: taken };
}

/** Works through a list, several at a time, until it is done or the signal aborts. */
async function sideBySide<T>(
  lanes: number,
  items: readonly T[],
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]();
  const lane = async () => {
    for (const item of waiting) {
      if (signal.aborted) return;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
}

interface ProgressLine extends JobListener {
  /** Nothing is said of it yet. */
  drop: () => void;
  end: (job: FinishedJob) => Promise<void>;
}

/** A line for each run that is under way, and above them one for each that has ended. */
class ProgressBoard {
  readonly #context: CommandContext;
  readonly #options: BatchOptions;
  readonly #live: LiveLines;
  readonly #warnings = new Set<string>();
  readonly #active = new Map<string, { begun: number; progress?: Progress }>();

  constructor(context: CommandContext, options: BatchOptions) {
    this.#context = context;
    this.#options = options;
    this.#live = new LiveLines(context.stderr);
  }

  begin(id: string): ProgressLine {
    this.#active.set(id, { begun: performance.now() });
    this.#draw();
    return {
      onProgress: (progress) => {
        const running = this.#active.get(id);
        if (running) running.progress = progress;
        this.#draw();
      },
      onWarning: (message) => {
        // The same of all runs is said once.
        const of = message.replaceAll(id, "");
        if (this.#options.quiet || this.#warnings.has(of)) return;
        this.#warnings.add(of);
        this.#live.clear();
        void this.#context.stderr.line(warningLine(message, this.#context.stderr));
        this.#draw();
      },
      drop: () => {
        this.#active.delete(id);
        this.#draw();
      },
      end: async (job) => {
        const { stderr } = this.#context;
        this.#active.delete(id);
        this.#live.clear();
        const isSaid = !this.#options.quiet && !isWholeAlready(job.outcome);
        if (isSaid || brokeDown(job.outcome) || isNotWhole(job.outcome)) {
          await stderr.line(jobLine(job, new Paint(stderr.color)));
        }
        if (this.#options.debug && "stack" in job.outcome) await stderr.line(plainLines(job.outcome.stack));
        this.#draw();
      },
    };
  }

  #draw(): void {
    if (this.#options.quiet) return;
    this.#live.draw((cells) =>
      [...this.#active].map(([id, { begun, progress }]) =>
        progress ? progressLine(id, progress, performance.now() - begun, cells) : `${id} begins`,
      ),
    );
  }
}
