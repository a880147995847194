import { randomInt } from "node:crypto";
import { dirname, resolve } from "node:path";
import { keysIn } from "@llm-sim/events/naming";
import type { JsonObject } from "@llm-sim/events/schema";
import { isParamsError, makeAgent } from "../agent/index.ts";
import { type LlmSettings, recordedLlm } from "../asking/index.ts";
import { AgentTypes } from "../roster/index.ts";
import { relativeType, type Simulation, type SimulationAgent } from "../run/index.ts";
import { SightError, type Sights, sightsOf } from "../sight/index.ts";
import { DeclarationError, expectedText, type StateVariables, stateVariables } from "../variables/index.ts";
import { copyJsonObject, eachLeaf, isStateError } from "../world/index.ts";
import { findCode, LLM_TYPE } from "./code.ts";
import { ConfigError, type ConfigProblem } from "./config-error.ts";
import { completeAgent, llmKeysOf, refuseWithoutModel } from "./llm-agent.ts";
import { ModuleLoader } from "./module-loader.ts";
import type { Override } from "./overrides.ts";
import { type Config, configSchema } from "./schema.ts";
import type { ConfigPath, ConfigSource } from "./source.ts";
import { parseFor } from "./static-schema.ts";
import { readYamlFile, type YamlFile } from "./yaml-file.ts";

/** Seeds made here stay short, so that they are easily typed again. */
const MAX_RANDOM_SEED = 1_000_000;

export interface LoadOptions {
  /** Put into the config in this order, before anything is checked. */
  overrides?: readonly Override[];
}

/**
 * Reads a YAML config, loads the code it names and checks all of it: nothing runs unless everything is right.
 *
 *     const simulation = await loadConfig("examples/market/simulation.yaml", {
 *       overrides: [{ path: "engine.params.interest_rate", value: 0.05 }],
 *     });
 *
 * @throws ConfigError with file, line and column of each problem
 */
export async function loadConfig(file: string, { overrides = [] }: LoadOptions = {}): Promise<Simulation> {
  return simulationOf(await readYamlFile(file, configSchema, { overrides }), resolve(file));
}

/**
 * The simulation of a run that was recorded, from the config as it counted then, with the code as it is now.
 *
 * @param config as run.json has it
 * @param file where the config lay, absolute; it need not be there any more, but what it names beside it
 * @throws ConfigError as `loadConfig` does
 */
export async function loadRecordedConfig(
  config: unknown,
  file: string,
  { overrides = [] }: LoadOptions = {},
): Promise<Simulation> {
  const text = JSON.stringify(config, null, 2);
  return simulationOf(await readYamlFile("run.json's config", configSchema, { overrides, text }), file);
}

async function simulationOf({ value: given, source }: YamlFile<Config>, path: string): Promise<Simulation> {
  const {
    name,
    turns,
    max_turns,
    seed = randomInt(MAX_RANDOM_SEED),
    checkpoint_interval,
    decide_timeout,
  } = given.simulation;
  const lastTurn = turns ?? max_turns;
  if (lastTurn === undefined) {
    return source.refuse("CONFIG_MISSING_KEY", 'missing key "turns" in simulation: expected a whole number', [
      "simulation",
    ]);
  }
  const loader = new ModuleLoader(dirname(path));
  const isAsking = given.llm !== undefined;
  const config = {
    ...given,
    agents: await Promise.all(
      given.agents.map((entry, index) =>
        completeAgent(entry, ["agents", index], { loader, source, isAsking }),
      ),
    ),
  };
  const Engine = await findCode("engine", config.engine.type, loader, source, ["engine", "type"]);
  const engineParams = parseFor(Engine, "params", config.engine.params ?? {}, source, ["engine", "params"]);
  const ValidatorClass = await findCode("validator", config.validator.type, loader, source, [
    "validator",
    "type",
  ]);
  const validatorParams = parseFor(ValidatorClass, "params", config.validator.params ?? {}, source, [
    "validator",
    "params",
  ]);
  const agentTypes = new AgentTypes();
  const entries = config.agents.map((entry, index) => ({
    ...entry,
    ids: entry.count === undefined ? [entry.name] : numbered(entry.name, entry.count),
    path: ["agents", index],
  }));
  const variables = declaredIn(config, entries, source);
  const sights = sightsIn(config, entries, source);
  const agents = await loadAgents(entries, Engine, loader, source, { agentTypes, variables, sights });
  for (const [alias, type] of Object.entries(config.agent_types ?? {})) {
    if (type === LLM_TYPE && !isAsking) refuseWithoutModel(source, ["agent_types", alias]);
    agentTypes.name(alias, await findCode("agent", type, loader, source, ["agent_types", alias]));
  }
  return {
    name,
    turns: lastTurn,
    seed,
    checkpoint_interval,
    decide_timeout,
    events: config.events,
    llm: llmOf(config, dirname(path)),
    agents,
    agentTypes,
    variables,
    sights,
    refusal: (message, at) =>
      new ConfigError(source.file, [source.problem("CONFIG_INVALID_VALUE", message, at)]),
    createEngine: (setup) => new Engine({ ...setup, params: engineParams }),
    createValidator: () => new ValidatorClass({ params: validatorParams }),
    config: effective(
      { ...config, simulation: { name, turns: lastTurn, seed, checkpoint_interval, decide_timeout } },
      dirname(path),
    ),
    file: path,
    modules: loader.modules,
  };
}

function llmOf({ llm }: Config, directory: string): LlmSettings | undefined {
  if (llm?.play === undefined) return llm;
  return { ...llm, play: resolve(directory, llm.play) };
}

function declaredIn(
  { state_variables = {}, agent_types = {} }: Config,
  entries: readonly AgentEntry[],
  source: ConfigSource,
): StateVariables | undefined {
  try {
    return stateVariables(state_variables, entries, agent_types);
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    const { path, message } = error;
    return source.refuse("CONFIG_INVALID_VALUE", `${path.join(".")}: ${message}`, path, error);
  }
}

function sightsIn(
  { observes, agent_types = {} }: Config,
  entries: readonly AgentEntry[],
  source: ConfigSource,
): Sights | undefined {
  try {
    return sightsOf(observes, entries, agent_types);
  } catch (error) {
    if (!(error instanceof SightError)) throw error;
    const { path, message } = error;
    return source.refuse("CONFIG_INVALID_VALUE", `${path.join(".")}: ${message}`, path, error);
  }
}

/** An entry of the config's agents: who they are, and where it stands. */
type AgentEntry = Config["agents"][number] & { ids: readonly string[]; path: ConfigPath };

async function loadAgents(
  entries: readonly AgentEntry[],
  engine: object,
  loader: ModuleLoader,
  source: ConfigSource,
  {
    agentTypes,
    variables,
    sights,
  }: { agentTypes: AgentTypes; variables: StateVariables | undefined; sights: Sights | undefined },
): Promise<SimulationAgent[]> {
  const agents: SimulationAgent[] = [];
  const names = new Set<string>();
  for (const { ids, path: at, type, params, initial_state, ...entry } of entries) {
    const code = await findCode("agent", type, loader, source, [...at, "type"]);
    agentTypes.add(type, code);
    const isLlm = type === LLM_TYPE;
    const paramsPath = isLlm ? at : [...at, "params"];
    const parsed = isLlm ? llmKeysOf(entry) : parseFor(code, "params", params ?? {}, source, paramsPath);
    const statePath = [...at, "initial_state"];
    const declared = variables && (variables.byAgent.get(ids[0] ?? "") ?? variables.agents);
    const given = declared
      ? declared.filled(initial_state, (keys, { path }) =>
          source.filledFrom([...statePath, ...keys], [...path, "default"]),
        )
      : initial_state;
    const initial = initialState(parseFor(engine, "agentState", given, source, statePath), source, statePath);
    const [wrong, ...more] = (declared?.violations(initial) ?? []).map(
      ({ name, value, declared: { says } }): ConfigProblem => {
        const path = [...statePath, ...keysIn(name)];
        const message = `${path.join(".")} is ${JSON.stringify(value)}: expected ${expectedText(says)}`;
        return source.problem("CONFIG_INVALID_VALUE", message, path);
      },
    );
    if (wrong) throw new ConfigError(source.file, [wrong, ...more]);
    for (const id of ids) {
      if (names.has(id)) {
        source.refuse("CONFIG_DUPLICATE_AGENT", `there is an agent ${JSON.stringify(id)} already`, [
          ...at,
          "name",
        ]);
      }
      names.add(id);
      const own = sights?.of(id)?.ownClearly(id, initial) ?? initial;
      const setup = { id, params: parsed, initial_state: own };
      const create: SimulationAgent["create"] = (actions) => {
        try {
          return makeAgent(code, { ...setup, actions });
        } catch (error) {
          throw isParamsError(error) ? error.below(paramsPath) : error;
        }
      };
      agents.push({ id, type, initial_state: initial, create });
    }
  }
  return agents;
}

/** `person-001` … `person-250`: as long as each other, so that they sort. */
function numbered(name: string, count: number): string[] {
  const digits = String(count).length;
  return Array.from({ length: count }, (_, index) => `${name}-${String(index + 1).padStart(digits, "0")}`);
}

function initialState(given: unknown, source: ConfigSource, path: readonly (string | number)[]): JsonObject {
  try {
    eachLeaf(given, { agentId: undefined, name: "" }, () => {});
  } catch (error) {
    if (!isStateError(error)) throw error;
    source.refuse("CONFIG_INVALID_VALUE", `${path.join(".")}: ${error.message}`, path, error);
  }
  const copied = copyJsonObject(given);
  return "value" in copied ? copied.value : {};
}

/** The config as it counts: with overrides and defaults, free of what is not there, and its code by paths that mean something elsewhere. */
function effective(config: Config, directory: string): JsonObject {
  const named = {
    ...config,
    engine: { ...config.engine, type: relativeType(config.engine.type, directory) },
    agents: config.agents.map((agent) => ({ ...agent, type: relativeType(agent.type, directory) })),
    ...(config.agent_types && {
      agent_types: Object.fromEntries(
        Object.entries(config.agent_types).map(([name, type]) => [name, relativeType(type, directory)]),
      ),
    }),
    validator: { ...config.validator, type: relativeType(config.validator.type, directory) },
    ...(config.llm && { llm: recordedLlm(config.llm) }),
  };
  const copied = copyJsonObject(JSON.parse(JSON.stringify(named)));
  return "value" in copied ? copied.value : {};
}
