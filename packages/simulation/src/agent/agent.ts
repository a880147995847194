import type { DetailFields, EventHandle, SystemFields } from "@llm-sim/events";
import type { JsonObject, JsonValue, SystemStatus } from "@llm-sim/events/schema";
import type * as z from "zod";
import type { Ask } from "../asking/index.ts";
import type { Random } from "../random/index.ts";
import type { Decision } from "./decision.ts";

/**
 * Decides, once a turn, what to do. All agents of a turn decide at the same time, on the state as the turn found it.
 *
 *     export class Saver implements Agent<MarketView> {
 *       decide(observation: MarketView): Decision {
 *         const amount = Math.floor(observation.me.wealth / 10);
 *         return { decision_type: "save", actions: [{ action_type: "invest", payload: { amount } }] };
 *       }
 *     }
 */
export interface Agent<Observation = unknown> {
  /**
   * @param observation what the engine shows this agent, read-only; what is read of it is what caused the decision
   * @throws anything: the agent sits the turn out, and a SYSTEM failure `agent_error` says so
   */
  decide(observation: Observation, context: AgentContext): Decision | Promise<Decision>;
  /** Language models that it asks beside the config's: a budget in money has to know their prices before the run. */
  readonly models?: readonly string[] | undefined;
  /**
   * What a checkpoint is to keep of the agent beyond its part of the state and `context.memory`, for agents that keep something
   * in fields of their own: of that nobody knows which decision it came from.
   */
  getMemory?(): JsonValue;
  setMemory?(memory: JsonValue): void;
}

/** An agent that has nothing to remember can be its `decide` alone. */
export type DecideFunction<Observation = unknown> = Agent<Observation>["decide"];

/** Something that an engine lets agents do. */
export interface OfferedAction {
  /** What the action's payload has to be, before the engine makes anything of it. */
  payload: z.ZodType;
}

/** What agents can do, by `action_type`. */
export type OfferedActions = Readonly<Record<string, OfferedAction>>;

/** What a class of agents is constructed with. */
export interface AgentSetup<Params = unknown> {
  id: string;
  /** What the engine lets agents do, as in the context of `decide`; absent where nobody runs it. */
  actions?: OfferedActions | undefined;
  /** From the config; parsed by the class's `static params` schema where it has one. */
  params: Params;
  initial_state: JsonObject;
}

export interface AgentContext {
  readonly agent_id: string;
  readonly turn: number;
  /** The run's last turn, as configured. */
  readonly turns: number;
  /** What the engine lets agents do. */
  readonly actions: OfferedActions;
  /**
   * What the agent remembers from turn to turn: a JSON object of its own, that nobody else sees. A key that is read makes the
   * decision that wrote it last a cause of this one. What is written is kept once the decision is made, and is on record in its
   * `details.memory`, keys that are gone in `details.forgotten`. A class that remembers nothing else says so: `static memory =
   * "tracked"`; one that remembers nothing, `"none"`; one that keeps something where nobody sees it, `"outside"`. Of the last and
   * of one that says nothing, each decision may rest on the one before.
   */
  readonly memory: JsonObject;
  /** This agent's own stream of random numbers. */
  readonly random: Random;
  /** Aborted when the run is interrupted: stop waiting. */
  readonly signal: AbortSignal;
  /**
   * A copy of the observation, or of a piece of it, that can be changed, cloned and kept. All that is in it counts as read.
   */
  copy<T>(shown: T): T;
  /**
   * Asks a language model, the config's `llm`. Each attempt is on record: caused by what was read so far, and a cause of the decision
   * once it is answered or has failed. What nobody awaited when the decision is made is broken off.
   */
  ask: Ask;
  /** Records how the agent came to its decision, and makes that one of the decision's causes. */
  detail(calculationType: string, intermediateValues: object, fields?: DetailFields): EventHandle;
  /** Records something about the machinery behind the agent, and makes that one of the decision's causes. */
  system(status: SystemStatus, fields?: SystemFields): EventHandle;
}
