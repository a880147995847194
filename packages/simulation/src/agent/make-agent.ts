import type { Agent, AgentSetup, DecideFunction } from "./agent.ts";
import { Beginning } from "./beginning.ts";

/** A class of agents, or, for agents without a memory, their `decide` alone. */
export type AgentType<Observation = never, Params = never> =
  | (new (
      setup: AgentSetup<Params>,
    ) => Agent<Observation>)
  | DecideFunction<Observation>;

/** Whether a value, a module's export for instance, is a class of agents or a decide function. */
export function isAgentType(value: unknown): value is AgentType {
  return typeof value === "function";
}

const BEGINNINGS = new WeakMap<Agent, Beginning>();

/** What an agent's code read of the state that it begins with. */
export function beginningOf(agent: Agent): Beginning | undefined {
  return BEGINNINGS.get(agent);
}

export function makeAgent(type: AgentType, setup: AgentSetup): Agent {
  const code: unknown = type; // what observation and params it takes is between it, its engine and its config
  if (isAgentClass(code)) {
    const beginning = new Beginning();
    const { id, params, actions, initial_state } = setup;
    const agent = new code({
      id,
      params,
      actions,
      get initial_state() {
        return beginning.show(initial_state);
      },
    });
    BEGINNINGS.set(agent, beginning);
    return agent;
  }
  if (isDecideFunction(code)) return { decide: code };
  throw new TypeError(`Agent ${setup.id} is of no class with decide(), nor a function`);
}

function isDecideFunction(type: unknown): type is DecideFunction {
  return typeof type === "function";
}

function isAgentClass(type: unknown): type is new (setup: AgentSetup) => Agent {
  return typeof type === "function" && typeof type.prototype?.decide === "function";
}
