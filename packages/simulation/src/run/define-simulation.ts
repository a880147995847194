import { type OptionNames, unknownOption } from "@llm-sim/events/naming";
import { agentIdSchema, type JsonObject, type JsonValue } from "@llm-sim/events/schema";
import type * as z from "zod";
import { type AgentType, makeAgent, type OfferedActions } from "../agent/index.ts";
import { type LlmSettings, llmSchema, recordedLlm } from "../asking/index.ts";
import type { BaseEngine, EngineSetup } from "../engine/index.ts";
import { AgentTypes } from "../roster/index.ts";
import { type Observes, observesSchema, SightError, type Sights, sightsOf } from "../sight/index.ts";
import { BasicValidator, type Validator } from "../validator/index.ts";
import {
  DeclarationError,
  type Declarations,
  declarationsSchema,
  stateVariables,
} from "../variables/index.ts";
import { copyJson, copyJsonObject } from "../world/index.ts";
import { RunError } from "./run-error.ts";
import type { EventSettings, Simulation } from "./simulation.ts";

export interface SimulationDefinition<Params> {
  name: string;
  turns: number;
  /** Default 0. */
  seed?: number;
  checkpoint_interval?: number;
  /** How long a `decide` may take: `30s`, `500ms`. One that takes longer sits the turn out. Default: as long as it wants. */
  decide_timeout?: string;
  events?: EventSettings;
  /** Which language model is asked, as in a config. */
  llm?: LlmSettings;
  engine: (new (setup: EngineSetup<Params>) => BaseEngine) & { readonly params?: z.ZodType<Params> };
  params?: Params;
  /** What variables may be, as in a config: of the world, and of all agents. */
  state_variables?: { global?: Declarations; agents?: Declarations };
  agents: readonly {
    name: string;
    agent: AgentType;
    params?: unknown;
    initial_state?: JsonObject;
    state_variables?: Declarations;
    observes?: Observes;
  }[];
  /** What agents may see of the state of whom nothing else is said, as in a config. Default: what the engine shows. */
  observes?: Observes;
  /**
   * Types of agents that the engine can let come, by the name that `spawn` uses. The types of `agents` need not be listed: they
   * go by the names of their classes or functions.
   */
  agent_types?: Readonly<Record<string, AgentType>>;
  /** Default: the basic one. */
  validator?: Validator;
}

const DEFINITION: OptionNames<SimulationDefinition<unknown>> = {
  name: true,
  turns: true,
  seed: true,
  checkpoint_interval: true,
  decide_timeout: true,
  events: true,
  llm: true,
  engine: true,
  params: true,
  state_variables: true,
  observes: true,
  agents: true,
  agent_types: true,
  validator: true,
};
const AGENT: OptionNames<SimulationDefinition<unknown>["agents"][number]> = {
  name: true,
  agent: true,
  params: true,
  initial_state: true,
  state_variables: true,
  observes: true,
};
const EVENTS: OptionNames<EventSettings> = {
  verbosity: true,
  max_file_size: true,
  queue_size: true,
  max_event_size: true,
  max_causes: true,
  on_full: true,
  compress: true,
  durability: true,
};

function refuseUnknown<T>(of: string, given: object, names: OptionNames<T>): void {
  const unknown = unknownOption(of, given, names);
  if (unknown !== undefined) throw new RunError("SETUP_FAILED", unknown);
}

/**
 * A simulation from code, without a config:
 *
 *     const simulation = defineSimulation({
 *       name: "commons", turns: 30, engine: FisheryEngine, params: { growth: 1.2 },
 *       agents: [{ name: "ann", agent: greedy, initial_state: { caught: 0 } }],
 *     });
 *     await runSimulation(simulation);
 *
 * @throws RunError `SETUP_FAILED` where two agents have one name, or a name that events cannot carry
 */
export function defineSimulation<Params>(definition: SimulationDefinition<Params>): Simulation {
  refuseUnknown("defineSimulation", definition, DEFINITION);
  for (const [index, agent] of definition.agents.entries()) refuseUnknown(`agents[${index}]`, agent, AGENT);
  refuseUnknown("events", definition.events ?? {}, EVENTS);
  const { name, turns, seed = 0, checkpoint_interval, decide_timeout, events = {} } = definition;
  const { engine: Engine, params } = definition;
  const { validator = new BasicValidator({ params: BasicValidator.params.parse({}) }) } = definition;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- left out only where the engine asks for none
  const parsed = Engine.params ? Engine.params.parse(params ?? {}) : (params as Params);
  const llm = llmIn(definition);
  const variables = declaredIn(definition);
  const sights = sightsIn(definition);
  const agents = definition.agents.map((agent, index) => {
    const id = checkName(agent.name, definition.agents.slice(0, index));
    const declared = variables?.byAgent.get(id) ?? variables?.agents;
    const initial_state = declared?.filled(agent.initial_state ?? {}) ?? agent.initial_state ?? {};
    return {
      id,
      type: agent.agent.name,
      initial_state,
      create: (actions?: OfferedActions) =>
        makeAgent(agent.agent, {
          id,
          actions,
          params: agent.params ?? {},
          initial_state: sights?.of(id)?.ownClearly(id, initial_state) ?? initial_state,
        }),
    };
  });
  const agentTypes = new AgentTypes();
  for (const { agent } of definition.agents) agentTypes.add(agent.name, agent);
  for (const [type, code] of Object.entries(definition.agent_types ?? {})) agentTypes.name(type, code);
  return {
    name,
    turns,
    seed,
    checkpoint_interval,
    decide_timeout,
    events,
    llm,
    agents,
    agentTypes,
    variables,
    sights,
    createEngine: (setup) => new Engine({ ...setup, params: parsed }),
    createValidator: () => validator,
    config: {
      simulation: { name, turns, seed, ...(decide_timeout !== undefined && { decide_timeout }) },
      ...(definition.state_variables && { state_variables: jsonOf(definition.state_variables) }),
      ...(definition.observes && { observes: jsonListOf(definition.observes) }),
      engine: { type: Engine.name },
      ...(llm && { llm: jsonOf(recordedLlm(llm)) }),
      agents: agents.map(({ id, type, initial_state }, index) => {
        const { state_variables: own, observes } = definition.agents[index] ?? {};
        return {
          name: id,
          type,
          initial_state,
          ...(own && { state_variables: jsonOf(own) }),
          ...(observes && { observes: jsonListOf(observes) }),
        };
      }),
    },
    modules: [],
  };
}

function llmIn<Params>({ llm }: SimulationDefinition<Params>): LlmSettings | undefined {
  if (llm === undefined) return undefined;
  const parsed = llmSchema.safeParse(llm);
  if (parsed.success) return parsed.data;
  throw unfit(["llm"], parsed.error);
}

function declaredIn<Params>({ state_variables, agents, agent_types = {} }: SimulationDefinition<Params>) {
  const read = (given: unknown, path: (string | number)[]) => {
    const parsed = declarationsSchema.safeParse(given ?? {});
    if (parsed.success) return parsed.data;
    throw unfit(path, parsed.error);
  };
  const ofAll = {
    global: read(state_variables?.global, ["state_variables", "global"]),
    agents: read(state_variables?.agents, ["state_variables", "agents"]),
  };
  const entries = agents.map(({ name, agent, state_variables: own }, index) => {
    const path = ["agents", index];
    const declared = own && read(own, [...path, "state_variables"]);
    return { ids: [name], type: agent.name, state_variables: declared, path };
  });
  try {
    const aliases = Object.entries(agent_types).map(([alias, { name }]) => [alias, name] as const);
    return stateVariables(ofAll, entries, Object.fromEntries(aliases));
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    throw new RunError("SETUP_FAILED", `${error.path.join(".")}: ${error.message}`, {}, { cause: error });
  }
}

function sightsIn<Params>({
  observes,
  agents,
  agent_types = {},
}: SimulationDefinition<Params>): Sights | undefined {
  const read = (given: Observes, path: (string | number)[]) => {
    const parsed = observesSchema.safeParse(given);
    if (parsed.success) return parsed.data;
    throw unfit([...path, "observes"], parsed.error);
  };
  const entries = agents.map(({ name, agent, observes: own }, index) => {
    const path = ["agents", index];
    return { ids: [name], type: agent.name, observes: own && read(own, path), path };
  });
  const aliases = Object.entries(agent_types).map(([alias, { name }]) => [alias, name] as const);
  try {
    return sightsOf(observes && read(observes, []), entries, Object.fromEntries(aliases));
  } catch (error) {
    if (!(error instanceof SightError)) throw error;
    throw new RunError("SETUP_FAILED", `${error.path.join(".")}: ${error.message}`, {}, { cause: error });
  }
}

function unfit(path: readonly (string | number)[], { issues: [issue] }: z.ZodError): RunError {
  const where = [...path, ...(issue?.path ?? [])].map(String).join(".");
  return new RunError("SETUP_FAILED", `${where}: ${issue?.message ?? "is invalid"}`);
}

function jsonListOf(given: Observes): JsonValue {
  const copied = copyJson(given);
  return "value" in copied ? copied.value : [];
}

function jsonOf(given: object): JsonObject {
  const copied = copyJsonObject(JSON.parse(JSON.stringify(given)));
  return "value" in copied ? copied.value : {};
}

function checkName(name: string, before: readonly { name: string }[]): string {
  const parsed = agentIdSchema.safeParse(name);
  const problem = parsed.success
    ? before.some((other) => other.name === name) && "is taken"
    : (parsed.error.issues[0]?.message ?? "is no agent's name");
  if (problem) throw new RunError("SETUP_FAILED", `Agent ${JSON.stringify(name)}: ${problem}`);
  return name;
}
