import { isErrorNamed } from "@llm-sim/events/errors";
export type ConfigErrorCode =
  | "CONFIG_NOT_FOUND"
  | "CONFIG_NOT_YAML"
  | "CONFIG_UNKNOWN_KEY"
  | "CONFIG_MISSING_KEY"
  | "CONFIG_INVALID_VALUE"
  | "CONFIG_DUPLICATE_AGENT"
  | "CONFIG_UNKNOWN_TYPE"
  | "CONFIG_MODULE_NOT_FOUND"
  | "CONFIG_MODULE_FAILED"
  | "CONFIG_EXPORT_MISSING"
  | "CONFIG_NEEDS_MODEL"
  | "CONFIG_INVALID_OVERRIDE";

export interface ConfigProblem {
  code: ConfigErrorCode;
  /** What was expected, what is there, the nearest valid name. */
  message: string;
  /** Into the config: `["agents", 0, "name"]`. */
  path: readonly (string | number)[];
  /** From 1; missing where the value came from an override, or there is no file to point into. */
  line?: number | undefined;
  column?: number | undefined;
  /** The override that it came from, as it was given. */
  override?: string | undefined;
}

/** A config is wrong. `message` is one line about the first problem; `problems` has all of them. */
export class ConfigError extends Error {
  readonly code: ConfigErrorCode;
  readonly file: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly problems: readonly [ConfigProblem, ...ConfigProblem[]];

  constructor(
    file: string,
    problems: readonly [ConfigProblem, ...ConfigProblem[]],
    options?: { cause?: unknown },
  ) {
    const [first, ...more] = problems;
    super(`${describeProblem(file, first)}${more.length === 0 ? "" : ` (and ${more.length} more)`}`, options);
    this.name = "ConfigError";
    this.code = first.code;
    this.file = file;
    this.line = first.line;
    this.column = first.column;
    this.problems = problems;
  }
}

export function isConfigError(error: unknown): error is ConfigError {
  return isErrorNamed(error, "ConfigError");
}

/** `market.yaml:3:5: unknown key "trun" in simulation; did you mean "turns"?` */
export function describeProblem(file: string, { line, column, override, message }: ConfigProblem): string {
  if (override !== undefined) return `${override}: ${message}`;
  return line === undefined ? `${file}: ${message}` : `${file}:${line}:${column}: ${message}`;
}
