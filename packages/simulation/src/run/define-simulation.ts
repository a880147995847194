import { type OptionNames, unknownOption } from "@llm-sim/events/naming";
import { agentIdSchema, type JsonObject } from "@llm-sim/events/schema";
import type { ZodType } from "zod";
import { type AgentType, makeAgent } from "../agent/index.ts";
import type { BaseEngine, EngineSetup } from "../engine/index.ts";
import { AgentTypes } from "../roster/index.ts";
import { BasicValidator, type Validator } from "../validator/index.ts";
import { RunError } from "./run-error.ts";
import type { EventSettings, Simulation } from "./simulation.ts";

export interface SimulationDefinition<Params> {
  name: string;
  turns: number;
  /** Default 0. */
  seed?: number;
  checkpoint_interval?: number;
  events?: EventSettings;
  engine: (new (setup: EngineSetup<Params>) => BaseEngine) & { readonly params?: ZodType<Params> };
  params?: Params;
  agents: readonly { name: string; agent: AgentType; params?: unknown; initial_state?: JsonObject }[];
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
  events: true,
  engine: true,
  params: true,
  agents: true,
  agent_types: true,
  validator: true,
};
const AGENT: OptionNames<SimulationDefinition<unknown>["agents"][number]> = {
  name: true,
  agent: true,
  params: true,
  initial_state: true,
};
const EVENTS: OptionNames<EventSettings> = {
  verbosity: true,
  max_file_size: true,
  queue_size: true,
  max_event_size: true,
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
  for (const agent of definition.agents) refuseUnknown(`agent ${agent.name}`, agent, AGENT);
  refuseUnknown("events", definition.events ?? {}, EVENTS);
  const { name, turns, seed = 0, checkpoint_interval, events = {}, engine: Engine, params } = definition;
  const { validator = new BasicValidator({ params: BasicValidator.params.parse({}) }) } = definition;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- left out only where the engine asks for none
  const parsed = Engine.params ? Engine.params.parse(params ?? {}) : (params as Params);
  const agents = definition.agents.map((agent, index) => ({
    id: checkName(agent.name, definition.agents.slice(0, index)),
    type: agent.agent.name,
    initial_state: agent.initial_state ?? {},
    create: () =>
      makeAgent(agent.agent, {
        id: agent.name,
        params: agent.params ?? {},
        initial_state: agent.initial_state ?? {},
      }),
  }));
  const agentTypes = new AgentTypes();
  for (const { agent } of definition.agents) agentTypes.add(agent.name, agent);
  for (const [type, code] of Object.entries(definition.agent_types ?? {})) agentTypes.name(type, code);
  return {
    name,
    turns,
    seed,
    checkpoint_interval,
    events,
    agents,
    agentTypes,
    createEngine: (setup) => new Engine({ ...setup, params: parsed }),
    createValidator: () => validator,
    config: {
      simulation: { name, turns, seed },
      engine: { type: Engine.name },
      agents: agents.map(({ id, type, initial_state }) => ({ name: id, type, initial_state })),
    },
    modules: [],
  };
}

function checkName(name: string, before: readonly { name: string }[]): string {
  const parsed = agentIdSchema.safeParse(name);
  const problem = parsed.success
    ? before.some((other) => other.name === name) && "is taken"
    : (parsed.error.issues[0]?.message ?? "is no agent's name");
  if (problem) throw new RunError("SETUP_FAILED", `Agent ${JSON.stringify(name)}: ${problem}`);
  return name;
}
