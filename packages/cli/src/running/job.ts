import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { builtModule } from "@llm-sim/events/built-module";
import type { RunResult } from "@llm-sim/simulation";
import type { JobOrder, JobReport } from "./job-message.ts";
import type { Progress } from "./progress.ts";

const MODULE = fileURLToPath(builtModule("./job-process.ts", import.meta.url));
/** Standard error: what a run's code prints must not get between the data. */
const STDERR = 2;

export type JobOutcome =
  | { status: RunResult["status"]; summary: RunResult; goneOnWith?: true }
  /** Nothing was done: it is there, or somebody else is at it. */
  | { status: "completed" | "failed" | "running" | "interrupted"; left: string }
  | { status: "failed"; message: string; stack: string };

/** Somebody else was quicker to begin the run, or to end it. */
export interface Taken {
  taken: string;
}

/** Is told what a run reports on its way. */
export interface JobListener {
  onProgress: (progress: Progress) => void;
  onWarning: (message: string) => void;
}

/** Makes one run in a process of its own. Never rejects: a process that breaks down is a run that failed. */
export function runJob(
  order: Omit<Extract<JobOrder, { type: "run" }>, "type">,
  { onProgress, onWarning }: JobListener,
  signal: AbortSignal,
): Promise<JobOutcome | Taken> {
  return new Promise((resolve) => {
    // A group of its own: the terminal's Ctrl+C reaches this process alone, which then passes it on, once.
    const child = fork(MODULE, { stdio: ["ignore", STDERR, STDERR, "ipc"], detached: true });
    let outcome: JobOutcome | Taken | undefined;
    const tell = (message: JobOrder) => {
      if (child.connected) child.send(message, () => {});
    };
    const interrupt = () => tell({ type: "interrupt" });
    const settle = (broken: string) => {
      signal.removeEventListener("abort", interrupt);
      // Who stops a batch may stop its runs' processes with it, and not wait for them to begin.
      const ended: JobOutcome = signal.aborted
        ? { status: "interrupted", left: broken }
        : { status: "failed", message: broken, stack: broken };
      resolve(outcome ?? ended);
    };
    child.on("message", (report: JobReport) => {
      if (report.type === "progress") onProgress(report.progress);
      else if (report.type === "warning") onWarning(report.message);
      else if (report.type === "done")
        outcome = {
          status: report.summary.status,
          summary: report.summary,
          ...(order.resume && { goneOnWith: true }),
        };
      else if (report.type === "taken") outcome = { taken: report.message };
      else if (report.type === "interrupted") outcome = { status: "interrupted", left: report.message };
      else outcome = { status: "failed", message: report.message, stack: report.stack };
    });
    child.on("error", (error) => settle(`the run's process cannot be started: ${error.message}`));
    child.on("close", (code, killedBy) =>
      settle(`the run's process ended ${killedBy ? `by ${killedBy}` : `with exit code ${code}`}`),
    );
    signal.addEventListener("abort", interrupt);
    tell({ type: "run", ...order });
    if (signal.aborted) interrupt();
  });
}
