import { loadConfig, runSimulation } from "@llm-sim/simulation";
import { explain, stackOf } from "../failure/index.ts";
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
  else void run(order);
});

async function run({
  config,
  overrides,
  output,
  id,
  batch,
  breakWhen,
}: Extract<JobOrder, { type: "run" }>): Promise<void> {
  try {
    const simulation = await loadConfig(config, { overrides });
    let reportedAt = Number.NEGATIVE_INFINITY;
    const summary = await runSimulation(simulation, {
      outputDir: output,
      simulationId: id,
      batch,
      breakWhen,
      onWarning: (message) => report({ type: "warning", message }),
      signal: interruption.signal,
      onTurn: (progress) => {
        const now = performance.now();
        if (now - reportedAt < INTERVAL) return;
        reportedAt = now;
        report({ type: "progress", progress: progressOf(progress) });
      },
    });
    report({ type: "done", summary });
  } catch (error) {
    report({ type: "failed", ...explain(error), stack: stackOf(error) });
  }
  if (process.connected) process.disconnect();
}

function report(message: JobReport): void {
  // Where the other end is gone, there is nobody to tell.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
