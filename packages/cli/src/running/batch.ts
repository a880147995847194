import { existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { simulationIdSchema } from "@llm-sim/events/schema";
import type { CommandContext } from "../context/index.ts";
import { wrongCall } from "../failure/index.ts";
import { LiveLines, Paint, plainLines } from "../terminal/index.ts";
import {
  batchDocument,
  batchSummaryText,
  brokeDown,
  type FinishedJob,
  isNotWhole,
  jobLine,
  statusOf,
} from "./batch-summary.ts";
import { configFile } from "./config-file.ts";
import { type JobListener, runJob } from "./job.ts";
import type { Job } from "./plan.ts";
import { type Progress, progressLine } from "./progress.ts";
import { warningLine } from "./warning-line.ts";

export interface BatchOptions {
  config: string;
  jobs: readonly Job[];
  output: string;
  /** What every run's id begins with. Default: made from the simulation's name and the time. */
  id?: string | undefined;
  /** How many runs are made side by side. */
  sideBySide: number;
  quiet: boolean;
  json: boolean;
  debug: boolean;
  /** A condition that ends each run with the turn in which it becomes true. */
  breakWhen?: string | undefined;
}

export type BatchStatus = "completed" | "failed" | "interrupted";

export interface BatchEnd {
  status: BatchStatus;
  /** Nothing is missing from any log. */
  isWhole: boolean;
}

/** Makes many runs, each in a process of its own, with a line of progress for each on standard error. */
export async function runBatch(context: CommandContext, options: BatchOptions): Promise<BatchEnd> {
  const { stdout } = context;
  const { batchId, jobs } = await prepared(context, options);
  const begun = performance.now();
  const board = new ProgressBoard(context, options);
  const finished: FinishedJob[] = [];
  await context.interruptible((signal) =>
    sideBySide(options.sideBySide, jobs, signal, async (job) => {
      const line = board.begin(job.id);
      const config = resolve(context.cwd, options.config);
      const output = resolve(context.cwd, options.output);
      const { id, overrides, label } = job;
      const outcome = await runJob(
        {
          config,
          overrides,
          output,
          id,
          batch: { id: batchId, name: batchId, settings: {} },
          breakWhen: options.breakWhen,
        },
        line,
        signal,
      );
      finished.push({ id, label, outcome });
      await line.end({ id, label, outcome });
    }),
  );
  await removeShared(resolve(context.cwd, options.output), batchId);
  const batch = {
    batch: batchId,
    status: statusOf(finished, jobs.length),
    planned: jobs.length,
    finished: finished.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    duration: performance.now() - begun,
  };
  if (options.json) await stdout.line(JSON.stringify(batchDocument(batch)));
  else if (!options.quiet) {
    const lines = batchSummaryText(batch, options.output, context.env, new Paint(stdout.color));
    await stdout.write(`${lines.join("\n")}\n`);
  }
  return { status: batch.status, isWhole: !finished.some(({ outcome }) => isNotWhole(outcome)) };
}

/** Who is at what of the rate: of no use once nobody asks. What was spent is kept, for runs that are resumed. */
async function removeShared(output: string, batchId: string): Promise<void> {
  const { sharedFolder } = await import("@llm-sim/simulation");
  rmSync(join(sharedFolder(output, batchId), "rate"), { recursive: true, force: true });
}

interface NamedJob extends Job {
  id: string;
}

/** All that can be known to be wrong is said before anything runs. */
async function prepared(
  { cwd }: CommandContext,
  { config, jobs, id, output }: BatchOptions,
): Promise<{ batchId: string; jobs: NamedJob[] }> {
  const { loadConfig, newRunId } = await import("@llm-sim/simulation");
  let name = "";
  for (const { overrides } of distinctSettings(jobs)) {
    name = (await loadConfig(configFile(cwd, config), { overrides })).name;
  }
  const batchId = id ?? newRunId(name);
  const digits = String(jobs.length).length;
  const named = jobs.map((job, at) => ({ ...job, id: `${batchId}-${String(at + 1).padStart(digits, "0")}` }));
  for (const job of named) {
    if (!simulationIdSchema.safeParse(job.id).success) {
      throw wrongCall(
        `${JSON.stringify(job.id)} is no run id: --id takes letters, digits, ".", "_" and "-", the first a letter or digit, and leaves room for a number.`,
      );
    }
    if (existsSync(join(resolve(cwd, output), job.id))) {
      throw wrongCall(`There is a run ${job.id} in ${output} already: choose another --id.`);
    }
  }
  return { batchId, jobs: named };
}

/** One job for each combination of settings: seeds cannot make a config wrong. */
function distinctSettings(jobs: readonly Job[]): Iterable<Job> {
  const bySettings = new Map<string, Job>();
  for (const job of jobs) {
    const settings = job.overrides.filter(({ path }) => path !== "simulation.seed");
    const key = JSON.stringify(settings);
    if (!bySettings.has(key)) bySettings.set(key, job);
  }
  return bySettings.values();
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
      end: async (job) => {
        const { stderr } = this.#context;
        this.#active.delete(id);
        this.#live.clear();
        if (!this.#options.quiet || brokeDown(job.outcome) || isNotWhole(job.outcome)) {
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
