import { isErrorNamed } from "@llm-sim/events/errors";

/** A class of agents cannot do with what its params say. From a config, the message names file and line of `path`. */
export class ParamsError extends Error {
  readonly code = "PARAMS_REFUSED";
  /** Within the params: `["fallback", "actions", 0]`. */
  readonly path: readonly (string | number)[];

  constructor(message: string, path: readonly (string | number)[], options?: { cause?: unknown }) {
    super(message, options);
    this.name = "ParamsError";
    this.path = path;
  }

  /** The same, of params that stand at `base`. */
  below(base: readonly (string | number)[]): ParamsError {
    return new ParamsError(this.message, [...base, ...this.path], { cause: this });
  }
}

export function isParamsError(error: unknown): error is ParamsError {
  return isErrorNamed(error, "ParamsError");
}
