import type { ForkRequest } from "@llm-sim/api";
import { ApiError, invalidArgument } from "../errors/index.ts";
import { FORK_BEGINS_WITHIN, MAX_FORKS } from "../limits.ts";

/** What is to be forked, and how. */
export interface ForkStart {
  /** The parent. */
  simulation_id: string;
  /** The parent's. */
  directory: string;
  request: ForkRequest;
}

/** A fork on its way. */
export interface StartedFork {
  simulation_id: string;
  /** Resolves once its first own turn begins. @throws ForkRefused where it cannot */
  begun: Promise<void>;
  /** Resolves when it is over, whatever came of it. */
  over: Promise<void>;
}

export type StartFork = (start: ForkStart) => Promise<StartedFork>;

/** A fork cannot be made: for what was asked, or for the run it is asked of. */
export class ForkRefused extends Error {
  override readonly name = "ForkRefused";
  readonly because: "request" | "run";

  constructor(because: "request" | "run", message: string) {
    super(message);
    this.because = because;
  }
}

/** The forks that the server has started, of which so many are under way at a time. */
export class Forks {
  readonly #start: StartFork;
  #underWay = 0;

  constructor(start: StartFork) {
    this.#start = start;
  }

  /**
   * Resolves to the fork's id once it has begun, or is on its way for long.
   *
   * @throws ApiError OVERLOADED, INVALID_ARGUMENT, NOT_FORKABLE
   */
  async start(start: ForkStart): Promise<string> {
    if (this.#underWay >= MAX_FORKS)
      throw new ApiError("OVERLOADED", `${MAX_FORKS} forks are under way already: wait for one to end.`);
    this.#underWay++;
    let started: StartedFork | undefined;
    try {
      started = await this.#start(start);
      await Promise.race([started.begun, later(FORK_BEGINS_WITHIN)]);
      return started.simulation_id;
    } catch (error) {
      throw translated(error, start.simulation_id);
    } finally {
      const over = started?.over ?? Promise.resolve();
      void over.catch(() => undefined).then(() => this.#underWay--);
    }
  }
}

function translated(error: unknown, simulation_id: string): unknown {
  if (!(error instanceof Error) || error.name !== "ForkRefused") return error;
  const isRequest = "because" in error && error.because === "request";
  return isRequest
    ? invalidArgument("body", error.message)
    : new ApiError("NOT_FORKABLE", error.message, { simulation_id });
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
