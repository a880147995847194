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
      /** Whether it is gone on with also where its writer, on another machine, has only fallen silent. */
      takeOver: boolean;
      breakWhen?: string | undefined;
    }
  | { type: "interrupt" };

/** What it answers. */
export type JobReport =
  | { type: "progress"; progress: Progress }
  | { type: "warning"; message: string }
  | { type: "done"; summary: RunResult }
  /** Nothing of it was touched: by what is there now it is to be decided anew. */
  | { type: "taken"; message: string }
  /** It was told to end before it had come to anything that is not in its log. */
  | { type: "interrupted"; message: string }
  | { type: "failed"; message: string; stack: string; exitCode: ExitCode };
