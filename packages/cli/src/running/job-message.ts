import type { RunBatch } from "@llm-sim/events/run";
import type { Override, RunResult } from "@llm-sim/simulation";
import type { ExitCode } from "../failure/index.ts";
import type { Progress } from "./progress.ts";

/** What a job's process is told. */
export type JobOrder =
  | {
      type: "run";
      config: string;
      overrides: readonly Override[];
      output: string;
      id: string;
      batch: RunBatch;
      /** Part of the run is there: it is gone on with. */
      resume: boolean;
      breakWhen?: string | undefined;
    }
  | { type: "interrupt" };

/** What it answers. */
export type JobReport =
  | { type: "progress"; progress: Progress }
  | { type: "warning"; message: string }
  | { type: "done"; summary: RunResult }
  | { type: "failed"; message: string; stack: string; exitCode: ExitCode };
