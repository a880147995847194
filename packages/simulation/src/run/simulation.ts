import type { JsonObject, VerbosityLevel } from "@llm-sim/events/schema";
import type { Agent, OfferedActions } from "../agent/index.ts";
import type { LlmSettings } from "../asking/index.ts";
import type { AgentSeed, BaseEngine } from "../engine/index.ts";
import type { Random } from "../random/index.ts";
import type { AgentTypes } from "../roster/index.ts";
import type { Sights } from "../sight/index.ts";
import type { Validator } from "../validator/index.ts";
import type { StateVariables } from "../variables/index.ts";

/** How the log is written; sizes in bytes or as text (`500MB`). What is left out, the stream decides. */
export interface EventSettings {
  verbosity?: VerbosityLevel | undefined;
  max_file_size?: number | string | undefined;
  queue_size?: number | string | undefined;
  max_event_size?: number | string | undefined;
  /** How many causes an event names at most; default 64, for a rule 4,096. */
  max_causes?: number | undefined;
  on_full?: "drop" | "wait" | undefined;
  compress?: "none" | "gzip" | undefined;
  durability?: "none" | "fsync" | undefined;
}

export interface SimulationAgent extends AgentSeed {
  /** @param actions what the engine lets agents do */
  create: (actions?: OfferedActions) => Agent;
}

/** A module that a simulation's code came from, as run.json lists it. */
export type LoadedModule = {
  path: string;
  /** Of the file's bytes, in hex. */
  sha256: string;
};

/** A simulation ready to run, from a config or from code. It can be run any number of times. */
export interface Simulation {
  name: string;
  turns: number;
  seed: number;
  /** A checkpoint after every so many turns; none without it. */
  checkpoint_interval?: number | undefined;
  /** How long a `decide` may take, `30s`; as long as it wants without it. */
  decide_timeout?: string | undefined;
  events: EventSettings;
  /** Which language model is asked, where one is. */
  llm?: LlmSettings | undefined;
  agents: readonly SimulationAgent[];
  /** Of which types agents can come while it runs. */
  agentTypes?: AgentTypes | undefined;
  createEngine(setup: { agents: readonly AgentSeed[]; random: Random; turns: number }): BaseEngine;
  createValidator(): Validator;
  /** What is declared of the state; nothing, where nothing is. */
  variables?: StateVariables | undefined;
  /** Who sees what of the state; nothing, where nothing is said of it. */
  sights?: Sights | undefined;
  /** What is thrown where it cannot be set up for what its config says at `path`. */
  refusal?: ((message: string, path: readonly (string | number)[]) => Error) | undefined;
  /** What run.json keeps as `config`. */
  config: JsonObject;
  /** The config's file, absolute. */
  file?: string | undefined;
  modules: readonly LoadedModule[];
}
