import type { Event, StateEvent, VerbosityLevel } from "@llm-sim/events/schema";
import { openMemoryStream } from "@llm-sim/events/testing";
import * as z from "zod";
import {
  type AgentType,
  BaseEngine,
  type DecideFunction,
  defineSimulation,
  type RunOptions,
  type RunResult,
  type Simulation,
  SimulationOrchestrator,
  type World,
} from "../index.ts";

export interface Village extends World {
  global: { rate: number; taxes: number };
  agents: Record<string, { wealth: number; note?: string }>;
}
export interface View {
  me: { wealth: number; note?: string };
  world: Village["global"];
  others: Village["agents"];
}

export class VillageEngine extends BaseEngine<Village, { failAt?: number; stopAt?: number }> {
  readonly actions = {
    earn: this.action(z.strictObject({ amount: z.number() }), (draft, { agent_id, payload }) => {
      this.agent(draft, agent_id).wealth += payload.amount;
      this.detail("wage", { amount: payload.amount });
    }),
    give: this.interaction(
      "gift",
      z.strictObject({ to: z.string(), amount: z.number() }),
      ({ payload }) => [payload.to],
      (draft, { agent_id, payload }) => {
        const from = this.agent(draft, agent_id);
        from.wealth -= payload.amount;
        if (from.wealth < 0) this.refuse("not that much wealth");
        this.agent(draft, payload.to).wealth += payload.amount;
      },
    ),
    crash: this.action(z.strictObject({}), () => {
      throw new Error("the effect broke");
    }),
  };

  override initialState(agents: Parameters<BaseEngine["initialState"]>[0]): Village {
    return { ...super.initialState(agents), global: { rate: 1, taxes: 0 } };
  }

  override observe(agentId: string, world: Village): View {
    const { [agentId]: me = { wealth: 0 } } = world.agents;
    return { me, world: world.global, others: world.agents };
  }

  override afterActions(): void {
    if (this.turn === this.params.failAt) throw new Error("the engine broke");
    this.rule("interest", (draft) => {
      for (const part of Object.values(draft.agents)) part.wealth *= 1 + draft.global.rate;
    });
    if (this.turn === 2) this.phase("prosperity", { caused_by: this.lastWrite("wealth", "alice") });
    if (this.turn === this.params.stopAt) this.stop("enough");
  }
}

export const idle: DecideFunction = () => ({ decision_type: "wait" });
export const earner: DecideFunction<View> = ({ me }) => ({
  decision_type: "work",
  new_value: me.wealth,
  actions: [{ action_type: "earn", payload: { amount: 10 } }],
});
export const giver: DecideFunction<View> = () => ({
  decision_type: "share",
  actions: [{ action_type: "give", payload: { to: "bob", amount: 5 } }],
});

export function village(
  agents: Record<string, AgentType>,
  more: { turns?: number; seed?: number; params?: { failAt?: number; stopAt?: number } } = {},
): Simulation {
  return defineSimulation({
    name: "village",
    turns: more.turns ?? 2,
    seed: more.seed ?? 1,
    engine: VillageEngine,
    params: more.params ?? {},
    agents: Object.entries(agents).map(([name, agent]) => ({ name, agent, initial_state: { wealth: 100 } })),
  });
}

export async function run(
  simulation: Simulation,
  verbosity: VerbosityLevel = "DETAIL",
  options: RunOptions = {},
): Promise<{ events: Event[]; summary: RunResult | undefined; error: unknown }> {
  let recorded = (): Event[] => [];
  const stream: RunOptions["stream"] = async (streamOptions) => {
    const memory = await openMemoryStream(streamOptions);
    recorded = () => memory.events();
    return memory.stream;
  };
  let summary: RunResult | undefined;
  let error: unknown;
  try {
    summary = await new SimulationOrchestrator(simulation, {
      stream,
      verbosity,
      signals: false,
      ...options,
    }).run();
  } catch (caught) {
    error = caught;
  }
  return { events: recorded(), summary, error };
}

/** `ACTION alice earn` and the like: what an event is, in a few words. */
export function label(event: Event): string {
  switch (event.event_type) {
    case "MILESTONE":
      return `${event.milestone_type}${event.name === undefined ? "" : ` ${event.name}`}`;
    case "DECISION":
      return `${event.agent_id} decides ${event.decision_type}`;
    case "ACTION":
      return `${event.agent_id} does ${event.action_type}`;
    case "STATE":
      return `${event.agent_id ?? ""}.${event.variable_name} = ${JSON.stringify(event.new_value)}`;
    case "DETAIL":
      return `detail ${event.calculation_type}`;
    default:
      return `${event.status} ${event.error_type ?? ""} ${event.subject_agent_id ?? ""}`.trim();
  }
}

export function causesOf(events: readonly Event[], event: Event | undefined): string[] {
  return (event?.caused_by ?? []).map((id) => {
    const cause = events.find((other) => other.event_id === id);
    return cause ? label(cause) : `missing ${id}`;
  });
}

export const isState = (event: Event): event is StateEvent => event.event_type === "STATE";
