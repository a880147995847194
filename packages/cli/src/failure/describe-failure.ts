import { codeOf } from "@llm-sim/events/errors";
import { CommanderError } from "commander";
import { plainLines, plainText } from "../terminal/index.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";

interface Failure {
  /** One line: what is wrong, where, what to do. */
  message: string;
  exitCode: ExitCode;
}

/** By the stable codes of the errors of the packages below: what was asked for is not there, or cannot be. */
const WRONG_CALL_CODES: ReadonlySet<string> = new Set([
  "WRONG_CALL",
  "INVALID_ARGUMENT",
  "SIMULATION_NOT_FOUND",
  "EVENT_NOT_FOUND",
  "BATCH_NOT_FOUND",
  "NOT_A_RUN",
  "TOKEN_REQUIRED",
  "INVALID_OPTION",
  "SETUP_FAILED",
  "RUN_ID_INVALID",
  "RUN_EXISTS",
  "INTERVENTION_REFUSED",
  "NOT_PLAYABLE",
  "CODE_NOT_FOUND",
  "LAKE_ADDRESS",
  "LAKE_STATEMENT",
]);

/** What a person is told of an error, and what the shell is. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof CommanderError) {
    return { message: oneLine(error.message.replace(/^error: /, "")), exitCode: EXIT.wrongCall };
  }
  const code = codeOf(error) ?? "";
  // CONFIG_…: a config is refused before anything runs, as a call is.
  const exitCode = WRONG_CALL_CODES.has(code) || code.startsWith("CONFIG_") ? EXIT.wrongCall : EXIT.failed;
  const message = oneLine(error instanceof Error ? error.message || error.name : String(error));
  if (code !== "") return { message, exitCode };
  const name = error instanceof Error ? error.name : "Error";
  return { message: `${name}: ${message} (this is unexpected: --debug shows where it comes from)`, exitCode };
}

/** The stack of an error and of what caused it, for `--debug`: lines that are safe on a terminal. */
export function stackOf(error: unknown): string {
  return plainLines(stacks(error));
}

function stacks(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\ncaused by ${stacks(error.cause)}`;
}

function oneLine(text: string): string {
  return plainText(text.trim().replaceAll(/\s*\n\s*/g, " "));
}
