// Changes one variable or one decision of any simulation, from outside of it.
import type { Event, JsonValue, VerbosityLevel } from "@llm-sim/events/schema";
import type { Agent, BaseEngine, Decision, Simulation } from "../index.ts";
import { isOfDeciding, type Recording, recorded } from "./recording.test.fixture.ts";

export interface VariableIntervention {
  turn: number;
  agent_id: string | undefined;
  /** Without quotes in its keys. */
  variable: string;
  value: JsonValue;
}

export interface DecisionIntervention {
  turn: number;
  agent_id: string;
}

/** The same simulation, with one variable assigned at the beginning of a turn, by a rule. */
export function withVariable(simulation: Simulation, intervention: VariableIntervention): Simulation {
  return {
    ...simulation,
    createEngine: (setup) => {
      const engine = simulation.createEngine(setup);
      const beforeTurn = engine.beforeTurn.bind(engine);
      Object.assign(engine, {
        beforeTurn: () => {
          if (engine.turn === intervention.turn) assign(engine, intervention);
          return beforeTurn();
        },
      });
      return engine;
    },
  };
}

function assign(engine: BaseEngine, { agent_id, variable, value }: VariableIntervention): void {
  const effect = (draft: BaseEngine["world"]) => {
    let node: object = agent_id === undefined ? draft.global : Object(draft.agents[agent_id]);
    const keys = variable.split(".");
    for (const key of keys.slice(0, -1)) node = Object(Reflect.get(node, key));
    Reflect.set(node, keys.at(-1) ?? "", value);
  };
  Reflect.apply(Reflect.get(engine, "rule"), engine, ["intervention", effect]);
}

/** The same simulation, with one agent that in one turn decides to do nothing, whatever it would have done. */
export function withDecision(simulation: Simulation, { turn, agent_id }: DecisionIntervention): Simulation {
  const agents = simulation.agents.map((seed) =>
    seed.id === agent_id ? { ...seed, create: () => idleIn(turn, seed.create()) } : seed,
  );
  return { ...simulation, agents };
}

function idleIn(turn: number, agent: Agent): Agent {
  const decide = agent.decide.bind(agent);
  const idle: Decision = { decision_type: "intervention" };
  const changed: Agent["decide"] = (shown, context) =>
    context.turn === turn ? idle : decide(shown, context);
  // A function declares what it keeps by a property.
  const declared: object = Object(Reflect.get(agent, "decide"));
  return Object.assign(agent, { decide: Object.assign(changed, declared) });
}

/** What was changed, in either run: the rule that assigns, or what the agent decided and on its way to that. */
export function isIntervention(event: Event, decision?: DecisionIntervention): boolean {
  if (event.event_type === "DETAIL" && event.calculation_type === "intervention") return true;
  if (
    event.event_type === "MILESTONE" &&
    event.milestone_type === "phase_transition" &&
    event.name === "intervention"
  )
    return true;
  if (decision?.turn !== event.turn_number) return false;
  const agent = event.event_type === "SYSTEM" ? event.subject_agent_id : event.agent_id;
  return decision.agent_id === agent && isOfDeciding(event);
}

/** The variables of a run, each with a value that it does not have at the beginning of a turn. */
export function changesOf(run: Recording, turn: number): VariableIntervention[] {
  const last = new Map<string, Event>();
  const byName = new Map<string, JsonValue[]>();
  for (const event of run.events) {
    if (event.event_type !== "STATE") continue;
    if (event.turn_number < turn) last.set(`${event.agent_id ?? ""}/${event.variable_name}`, event);
    const seen = byName.get(event.variable_name) ?? [];
    byName.set(event.variable_name, [...seen, event.new_value]);
  }
  return [...last.values()].flatMap((event): VariableIntervention[] => {
    if (event.event_type !== "STATE" || event.change === "removed" || event.variable_name.includes('"'))
      return [];
    const { agent_id, variable_name: variable, new_value } = event;
    const values = othersThan(new_value, byName.get(variable) ?? []);
    return values.map((value) => ({ turn, agent_id, variable, value }));
  });
}

function othersThan(value: JsonValue, seen: readonly JsonValue[]): JsonValue[] {
  if (typeof value === "boolean") return [!value];
  if (typeof value === "number") {
    return Number.isInteger(value)
      ? [value * 3 + 7, 0].filter((other) => other !== value)
      : [value * 3 + 0.5, value / 4];
  }
  const other = seen.find((one) => one !== null && JSON.stringify(one) !== JSON.stringify(value));
  if (other !== undefined) return [other];
  return Array.isArray(value) ? [[]] : [];
}

/** Runs both, at one level. */
export async function bothRuns(
  simulation: Simulation,
  changed: Simulation,
  verbosity: VerbosityLevel,
): Promise<{ left: Recording; right: Recording }> {
  return { left: await recorded(simulation, verbosity), right: await recorded(changed, verbosity) };
}
