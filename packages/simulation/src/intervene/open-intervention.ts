import { EventHandle } from "@llm-sim/events";
import type { Intervention, LeftOut } from "@llm-sim/events/run";
import type { JsonObject } from "@llm-sim/events/schema";
import { interventionText, leftOutText } from "@llm-sim/events/words";
import type { EmitScope } from "../run-stream.ts";

/** The phase in which it is done, and the `error_type`s of what it leads to. */
export const INTERVENTION = {
  phase: "intervention",
  leftOut: "left_out",
  unused: "intervention_unused",
} as const;

/** Whether there is anything that it makes otherwise: who answers from then on is no event. */
export function hasEvent({ set = [], decide = [], without = [], config = [] }: Intervention): boolean {
  return set.length + decide.length + without.length + config.length > 0;
}

/** What comes up while a turn is played, and may be left out. */
export type LeftOutCandidate = Pick<LeftOut, "event_type" | "agent_id" | "name">;

/** What is made otherwise in one turn of a run, while the turn is played. */
export class OpenIntervention {
  readonly turn: number;
  readonly #given: Intervention;
  /** Decisions that are to be replaced, by agent, until they are. */
  readonly #decisions: Map<string, unknown>;
  /** What is to be left out, until it is. */
  readonly #without: LeftOut[];
  /** How many of a kind, agent and name came up so far. */
  readonly #seen = new Map<string, number>();
  #cause: EventHandle = EventHandle.none;

  constructor(given: Intervention) {
    this.#given = given;
    this.turn = given.turn;
    this.#decisions = new Map((given.decide ?? []).map(({ agent_id, decision }) => [agent_id, decision]));
    this.#without = [...(given.without ?? [])];
  }

  /** Whether settings of the config are others from here on. */
  get isOfConfig(): boolean {
    return (this.#given.config ?? []).length > 0;
  }

  /** Its event: the phase that causes what is made otherwise. */
  get cause(): EventHandle {
    return this.#cause;
  }

  /** Tells of it: from here on it has an event. */
  begin(scope: EmitScope): EventHandle {
    const { set = [], decide = [], without = [], config = [] } = this.#given;
    this.#cause = scope.phase(INTERVENTION.phase, {
      description: `Intervention: ${interventionText(this.#given)}`,
      details: {
        ...(set.length > 0 && { set }),
        ...(decide.length > 0 && { decide: decide.map(({ agent_id }) => agent_id) }),
        ...(without.length > 0 && { without: without.map(({ event_id }) => event_id) }),
        ...(config.length > 0 && { config: config.map(({ path, value }) => ({ path, value })) }),
      },
    });
    return this.#cause;
  }

  /** What the agent is to decide instead, once. */
  takeDecision(agentId: string): { decision: unknown; cause: EventHandle } | undefined {
    if (!this.#decisions.has(agentId)) return undefined;
    const decision = this.#decisions.get(agentId);
    this.#decisions.delete(agentId);
    return { decision, cause: this.#cause };
  }

  /** What is to be left out, where the next of this kind, agent and name is. Whoever asks says with `cameUp` that it came. */
  next(candidate: LeftOutCandidate): LeftOut | undefined {
    if (this.#without.length === 0) return undefined;
    const number = this.#seen.get(keyOf(candidate)) ?? 0;
    return this.#without.find((one) => one.number === number && keyOf(one) === keyOf(candidate));
  }

  /** One came up: it was done, or left out. */
  cameUp(candidate: LeftOutCandidate): void {
    const key = keyOf(candidate);
    const number = this.#seen.get(key) ?? 0;
    this.#seen.set(key, number + 1);
    const at = this.#without.findIndex((one) => one.number === number && keyOf(one) === key);
    if (at >= 0) this.#without.splice(at, 1);
  }

  /**
   * Records that something is left out.
   *
   * @param scope whose cause would have been the cause of what is left out
   */
  leaveOut(
    leftOut: LeftOut,
    scope: EmitScope,
    { caused_by, details }: { caused_by: readonly EventHandle[]; details?: JsonObject | undefined },
  ): EventHandle {
    const { event_type, event_id, agent_id, name } = leftOut;
    return scope.system("warning", {
      error_type: INTERVENTION.leftOut,
      subject_agent_id: agent_id,
      description: `Left out: ${leftOutText(leftOut)}`,
      details: {
        left_out: { event_type, event_id, ...(name !== undefined && { name }) },
        ...details,
      },
      caused_by: [this.#cause, ...caused_by],
    });
  }

  /** Says at the turn's end of what did not come up that nothing came of it. */
  end(scope: EmitScope): void {
    for (const agentId of this.#decisions.keys())
      this.#unused(scope, agentId, `${agentId} did not decide in turn ${this.turn}: nothing was replaced`);
    for (const leftOut of this.#without)
      this.#unused(
        scope,
        leftOut.agent_id,
        `${leftOutText(leftOut)} did not come up in turn ${this.turn}: nothing was left out`,
        { event_id: leftOut.event_id },
      );
  }

  #unused(scope: EmitScope, agentId: string | undefined, description: string, details?: JsonObject): void {
    scope.system("warning", {
      error_type: INTERVENTION.unused,
      subject_agent_id: agentId,
      description,
      details,
      caused_by: this.#cause,
    });
  }
}

function keyOf({ event_type, agent_id = "", name = "" }: LeftOutCandidate): string {
  return `${event_type}\n${agent_id}\n${name}`;
}
