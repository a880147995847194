import type { RunResult } from "@llm-sim/simulation";
import { EXIT } from "../failure/index.ts";
import type { Environment } from "./make-command.ts";

/** The exit code of a command that has made a run. It failed also where the run came to its end, but its log is not whole. */
export function exitAfter(environment: Environment, { status, ended_by, loss, stats }: RunResult): void {
  if (status === "interrupted") environment.exitWith(EXIT.interrupted);
  if (status === "failed" || ended_by === "error" || loss !== undefined || stats.last_error !== undefined)
    environment.exitWith(EXIT.failed);
}
