import type { AttemptResult, Coordinate } from "@llm-sim/events/tape/schema";
import type { AskedRequest } from "./asked-request.ts";

export interface AskOptions {
  signal: AbortSignal;
  timeoutMs: number;
}

export interface Sourced {
  result: AttemptResult;
  from: "model" | "tape";
  /** Where the tape has it, if that is elsewhere than where it was looked for. */
  coordinate?: Coordinate | undefined;
}

/** Where the outcome of an attempt comes from: a model, a tape, or a tape and then a model. */
export interface Source {
  /** @throws AskError where there is no outcome at all */
  attempt(coordinate: Coordinate, request: AskedRequest, options: AskOptions): Promise<Sourced>;
  /** Why there is no going on. */
  readonly failure?: Error | undefined;
  withoutSecrets(text: string): string;
}
