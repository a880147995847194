import { dirname, join } from "node:path";
import { codeOf } from "@llm-sim/events/errors";
import {
  isRunError,
  loadConfig,
  type RunResult,
  resumeRun,
  runSimulation,
  sharedFolder,
  type TurnProgress,
} from "@llm-sim/simulation";
import { describeFailure, stackOf } from "../failure/index.ts";
import type { JobOrder, JobReport } from "./job-message.ts";
import { progressOf } from "./progress.ts";
import { hasTape, setAside, standingOf } from "./standing.ts";

/** Reported at most so often, in milliseconds. */
const INTERVAL = 100;

// The process of one run of a batch: it gets its order from the process that made it, and reports to it.
const interruption = new AbortController();
// Without the one that waits for it, a run has no point.
process.on("disconnect", () => interruption.abort("the batch is gone"));
// A scheduler that stops a job tells all of its processes.
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => interruption.abort(name));
process.on("message", (order: JobOrder) => {
  if (order.type === "interrupt") interruption.abort("interrupted");
  else void run(order).then(end);
});

/** A timer or a server that the simulation's code left open keeps the process, and the batch, no longer. */
function end(): void {
  process.stderr.write("", () => process.exit());
}

/** Another process has begun the run, or holds it. */
const TAKEN: ReadonlySet<string> = new Set(["RUN_EXISTS", "RUN_LOCKED"]);

class Taken extends Error {}
class NotBegun extends Error {}

type RunOrder = Extract<JobOrder, { type: "run" }>;

async function run(order: RunOrder): Promise<void> {
  // From here on it is not the channel that keeps the process: with nothing left to do, the run has to come to an end.
  process.channel?.unref();
  try {
    await report({ type: "done", summary: order.resume ? await goneOnWith(order) : await begun(order) });
  } catch (error) {
    await report(
      error instanceof Taken || TAKEN.has(codeOf(error) ?? "")
        ? { type: "taken", ...describeFailure(error) }
        : error instanceof NotBegun
          ? { type: "interrupted", message: error.message }
          : { type: "failed", ...describeFailure(error), stack: stackOf(error) },
    );
  }
}

function watched() {
  let reportedAt = Number.NEGATIVE_INFINITY;
  return {
    onWarning: (message: string) => void report({ type: "warning", message }),
    signal: interruption.signal,
    signals: false,
    onTurn: (progress: TurnProgress) => {
      const now = performance.now();
      if (now - reportedAt < INTERVAL) return;
      reportedAt = now;
      void report({ type: "progress", progress: progressOf(progress) });
    },
  };
}

async function begun({ config, overrides, output, id, batch, breakWhen }: RunOrder): Promise<RunResult> {
  const simulation = await loadConfig(config, { overrides });
  return runSimulation(simulation, { outputDir: output, simulationId: id, batch, breakWhen, ...watched() });
}

/** A run that cannot be gone on with is made anew, unless that would pay for answers a second time. */
async function goneOnWith(order: RunOrder): Promise<RunResult> {
  const { config, output, id, batch, takeOver } = order;
  const directory = join(output, id);
  try {
    return await resumeRun(directory, { code: dirname(config), takeOver, ...watched() });
  } catch (error) {
    if (!isRunError(error)) throw error;
    // Along its log nothing is written: it is what it was before.
    if (interruption.signal.aborted)
      throw new NotBegun("it was interrupted before it had come to where its log ends, and is as it was");
    if (standingOf(directory, { modules: [] }, false).is === "left") throw new Taken(error.message);
    if (hasTape(directory)) throw error;
    const place = setAside(directory, id, sharedFolder(output, batch.id));
    void report({
      type: "warning",
      message: `${error.message} It is made anew; what there was is in ${place}.`,
    });
    return begun(order);
  }
}

/** Resolves when it is with the other end, or there is nobody to tell. */
function report(message: JobReport): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
    else resolve();
  });
}
