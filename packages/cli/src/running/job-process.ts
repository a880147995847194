import { loadConfig, runSimulation } from "@llm-sim/simulation";
import { describeFailure, stackOf } from "../failure/index.ts";
import type { JobOrder, JobReport } from "./job-message.ts";
import { progressOf } from "./progress.ts";

/** Reported at most so often, in milliseconds. */
const INTERVAL = 100;

// The process of one run of a batch: it gets its order from the process that made it, and reports to it.
const interruption = new AbortController();
// Without the one that waits for it, a run has no point.
process.on("disconnect", () => interruption.abort("the batch is gone"));
process.on("message", (order: JobOrder) => {
  if (order.type === "interrupt") interruption.abort("interrupted");
  else void run(order).then(end);
});

/** A timer or a server that the simulation's code left open keeps the process, and the batch, no longer. */
function end(): void {
  process.stderr.write("", () => process.exit());
}

async function run({
  config,
  overrides,
  output,
  id,
  batch,
  breakWhen,
}: Extract<JobOrder, { type: "run" }>): Promise<void> {
  // From here on it is not the channel that keeps the process: with nothing left to do, the run has to come to an end.
  process.channel?.unref();
  try {
    const simulation = await loadConfig(config, { overrides });
    let reportedAt = Number.NEGATIVE_INFINITY;
    const summary = await runSimulation(simulation, {
      outputDir: output,
      simulationId: id,
      batch,
      breakWhen,
      onWarning: (message) => void report({ type: "warning", message }),
      signal: interruption.signal,
      onTurn: (progress) => {
        const now = performance.now();
        if (now - reportedAt < INTERVAL) return;
        reportedAt = now;
        void report({ type: "progress", progress: progressOf(progress) });
      },
    });
    await report({ type: "done", summary });
  } catch (error) {
    await report({ type: "failed", ...describeFailure(error), stack: stackOf(error) });
  }
}

/** Resolves when it is with the other end, or there is nobody to tell. */
function report(message: JobReport): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
    else resolve();
  });
}
