import type { Command } from "commander";
import type { CommandContext } from "../context/index.ts";
import type { ExitCode } from "../failure/index.ts";

/** What a command has at hand: the world it runs in, and a say in the exit code. */
export interface Environment extends CommandContext {
  /** For an end that is no error: a `verify` that found something, a run that was interrupted. */
  exitWith(code: ExitCode): void;
}

export type MakeCommand = (environment: Environment) => Command;
