import type { Event } from "@llm-sim/events/schema";
import { type AttemptOutcome, coordinateText, type Message } from "@llm-sim/events/tape";
import { type MemoryStream, openMemoryStream } from "@llm-sim/events/testing";
import {
  AskError,
  BaseEngine,
  type Call,
  defineSimulation,
  type LlmAgentSettings,
  type Models,
  type Question,
  type Reply,
  type RunOptions,
  type Simulation,
  SimulationOrchestrator,
  type World,
} from "@llm-sim/simulation";
import * as z from "zod";
import { takeJson } from "../answer/index.ts";
import { jsonSchemaFor } from "../request/index.ts";
import { LlmAgent } from "./llm-agent.ts";

/** A commons: fish in a lake, and what each has caught. */
export interface Lake extends World {
  global: { fish: number; weather: string };
  agents: Record<string, { caught: number; boat: { size: number } }>;
}

export class LakeEngine extends BaseEngine<Lake> {
  readonly actions = {
    harvest: this.action(
      z.strictObject({ amount: z.number().positive().describe("In tons") }),
      (draft, { agent_id, payload }) => {
        draft.global.fish -= payload.amount;
        this.agent(draft, agent_id).caught += payload.amount;
      },
    ),
    release: this.action(z.strictObject({ amount: z.number() }), (draft, { payload }) => {
      draft.global.fish += payload.amount;
    }),
  };

  override initialState(agents: Parameters<BaseEngine["initialState"]>[0]): Lake {
    return { ...super.initialState(agents), global: { fish: 100, weather: "fair" } };
  }
}

/** What is answered: a value, as JSON, or a text; or that there is no answer, and why. */
export type MadeUp = object | string | { none: string };

export type MakeUp = (asked: {
  agent_id: string;
  turn: number;
  attempt: number;
  messages: readonly Message[];
}) => MadeUp;

export interface Asked {
  call: string;
  messages: readonly Message[];
  question: Pick<Question, "model" | "sampling">;
}

/** Models that answer as they are told, three times where the answer does not fit. */
export function fakeModels(makeUp: MakeUp): Models & { asked: Asked[] } {
  const asked: Asked[] = [];
  return {
    asked,
    isSpent: false,
    spent: { tokens: 0, usd: 0 },
    totals: () => undefined,
    async ask<T>({ schema, messages, purpose, model, sampling }: Question<T>, call: Call): Promise<Reply<T>> {
      for (let attempt = 1; ; attempt++) {
        const coordinate = { ...call.coordinate, attempt };
        asked.push({ call: coordinateText(coordinate), messages, question: { model, sampling } });
        const { agent_id = "" } = coordinate.actor;
        const made = makeUp({ agent_id, turn: coordinate.turn, attempt, messages });
        const text = typeof made === "string" ? made : JSON.stringify(made);
        const none = typeof made === "object" && "none" in made ? made.none : undefined;
        if (!schema) throw new Error("An agent of type llm asks with a schema");
        const taken = takeJson({ text }, schema);
        const error_type = none ?? (taken.ok ? undefined : taken.error_type);
        const again = error_type !== undefined && none === undefined && attempt < 3;
        const outcome: AttemptOutcome = none === undefined ? "response" : "http_error";
        const event = await call.record(
          {
            coordinate,
            model: "made-up",
            sampling: {},
            messages,
            schema: jsonSchemaFor(schema),
            outcome,
            latency_ms: 1,
            ...(none === undefined && { text }),
          },
          {
            status: error_type === undefined ? "success" : again ? "retry" : "failure",
            error_type,
            description: taken.ok ? text.slice(0, 100) : taken.message,
            details: {
              system_event_type: "model_call",
              call: coordinateText(coordinate),
              purpose,
              model: "made-up",
              outcome,
              latency_ms: 1,
            },
          },
        );
        if (error_type === undefined && taken.ok)
          return { value: taken.value, text, marks: taken.marks, model: "made-up", attempts: attempt, event };
        if (!again) throw new AskError(error_type ?? "", taken.ok ? "no answer" : taken.message);
      }
    },
  };
}

export const answer = (...actions: { action_type: string; payload: object }[]) => ({
  reason: "because",
  actions,
});
export const harvest = (amount: number) => ({ action_type: "harvest", payload: { amount } });

/** A lake with agents that ask. */
export function lake(agents: Record<string, LlmAgentSettings>, turns = 1): Simulation {
  return defineSimulation({
    name: "lake",
    turns,
    engine: LakeEngine,
    agents: Object.entries(agents).map(([name, params]) => ({
      name,
      agent: LlmAgent,
      params,
      initial_state: { caught: 0, boat: { size: 3 } },
    })),
  });
}

export async function runLake(simulation: Simulation, models: Models, options: RunOptions = {}) {
  let memory: MemoryStream | undefined;
  const stream: RunOptions["stream"] = async (streamOptions) => {
    memory = await openMemoryStream(streamOptions);
    return memory.stream;
  };
  const orchestrator = new SimulationOrchestrator(simulation, {
    stream,
    verbosity: "DETAIL",
    signals: false,
    models,
    ...options,
  });
  const result = await orchestrator.run();
  return { result, events: memory?.events() ?? [], tape: memory?.tape() ?? [] };
}

/** What an event is, in a few words. */
export function named(event: Event): string {
  switch (event.event_type) {
    case "MILESTONE":
      return event.milestone_type;
    case "DECISION":
      return `${event.agent_id} decides ${event.decision_type} in turn ${event.turn_number}`;
    case "STATE":
      return `${event.agent_id ?? "world"}.${event.variable_name}`;
    case "SYSTEM": {
      const { call } = { call: undefined, ...event.details };
      return `${event.status} ${event.error_type ?? ""} ${typeof call === "string" ? call : ""}`
        .replaceAll(/ +/g, " ")
        .trim();
    }
    default:
      return event.event_type;
  }
}

export function causesNamed(events: readonly Event[], event: Event | undefined): string[] {
  return (event?.caused_by ?? []).map((id) => {
    const cause = events.find((other) => other.event_id === id);
    return cause ? named(cause) : `missing ${id}`;
  });
}

export function decisions(events: readonly Event[]) {
  return events.filter((event) => event.event_type === "DECISION");
}
