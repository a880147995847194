import type { EventHandle } from "@llm-sim/events";
import { type Agent, type AgentContext, type ReceivedAction, receiveDecision } from "../agent/index.ts";
import type { BaseEngine } from "../engine/index.ts";
import { atOnce, isThenable, placeText, settled, sourcePlace } from "../failure/index.ts";
import { observationOf, Reads, trackedWorld } from "../observation/index.ts";
import type { Random } from "../random/index.ts";
import type { EmitScope } from "../stream/index.ts";
import { messageOf } from "./run-error.ts";
import type { Troubles } from "./troubles.ts";

/** An agent in a run. */
export interface RunningAgent {
  id: string;
  /** As the config or the definition names it: `./agents.ts#Greedy`. */
  type: string;
  agent: Agent;
  random: Random;
}

export interface DecisionTurn {
  turn: number;
  turns: number;
  scope: EmitScope;
  engine: BaseEngine;
  signal: AbortSignal;
  /** Absolute: what files of the author's are named relative to. */
  base: string;
  troubles: Troubles;
}

/** An agent's decision, recorded. */
export interface Decided {
  agent_id: string;
  handle: EventHandle;
  actions: readonly ReceivedAction[];
}

/**
 * Asks every active agent at once, and records each decision when it comes. Resolves to them in the order of the agents; one
 * that failed is missing, and a SYSTEM failure tells of it. Where all agents answer at once, so does this.
 *
 * @throws NeverSettled where nothing is left in the process that could make an agent answer
 */
export function decideAll(
  agents: readonly RunningAgent[],
  turn: DecisionTurn,
): Decided[] | Promise<Decided[]> {
  const active = agents.filter(({ id }) => atOnce(`isActive of ${id}`, () => turn.engine.isActive(id)));
  const asked = active.map((agent) => new Deciding(agent, turn));
  const answers = asked.map((deciding) => deciding.ask());
  const direct: (Decided | undefined)[] = [];
  for (const answer of answers) {
    if (answer instanceof Promise) {
      const all = Promise.all(answers.map((other) => Promise.resolve(other)));
      return settled(all, () => neverDecided(asked, turn.turn)).then(present);
    }
    direct.push(answer);
  }
  return present(direct);
}

/** Records of each agent that did not answer that it did not, and says so in one line. */
function neverDecided(asked: readonly Deciding[], turn: number): string {
  const silent = asked.filter((deciding) => deciding.isOpen);
  const [first = "an agent"] = silent.map((deciding) => deciding.giveUp());
  const others = silent.length > 1 ? ` and ${silent.length - 1} more` : "";
  return `Interrupted in turn ${turn}: ${first}${others} never decided, and nothing is left in the process that could settle the promise of decide; let decide return or throw, whatever comes of what it awaits`;
}

function present(answers: readonly (Decided | undefined)[]): Decided[] {
  return answers.filter((answer) => answer !== undefined);
}

/** One agent on its way to a decision. */
class Deciding {
  readonly #id: string;
  readonly #type: string;
  readonly #base: string;
  readonly #troubles: Troubles;
  readonly #agent: Agent;
  readonly #scope: EmitScope;
  readonly #reads: Reads;
  readonly #observation: unknown;
  readonly #context: AgentContext;
  /** What the agent recorded on its way: causes of the decision as well. */
  readonly #steps: EventHandle[] = [];

  constructor(
    { id, type, agent, random }: RunningAgent,
    { turn, turns, scope, engine, signal, base, troubles }: DecisionTurn,
  ) {
    this.#id = id;
    this.#type = type;
    this.#base = base;
    this.#troubles = troubles;
    this.#agent = agent;
    this.#scope = scope;
    this.#reads = new Reads(engine.recorder.writes);
    const shown = atOnce(`observe for ${id}`, () =>
      engine.observe(id, trackedWorld(engine.world, this.#reads)),
    );
    this.#observation = observationOf(shown, this.#reads);
    this.#context = {
      agent_id: id,
      turn,
      turns,
      random,
      signal,
      detail: (calculation, values, fields) =>
        this.#step((open) => open.detail(calculation, values, { agent_id: id, ...fields })),
      system: (status, fields) => {
        if (status === "failure") troubles.noted(id, fields?.error_type ?? status, fields?.description ?? "");
        return this.#step((open) => open.system(status, { subject_agent_id: id, ...fields }));
      },
    };
  }

  ask(): Decided | undefined | Promise<Decided | undefined> {
    this.#reads.begin();
    try {
      const returned: unknown = this.#agent.decide(this.#observation, this.#context);
      if (!isThenable(returned)) return this.#receive(returned);
      return Promise.resolve(returned).then(
        (decision) => this.#receive(decision),
        (error: unknown) => this.#fail(error),
      );
    } catch (error) {
      return this.#fail(error);
    }
  }

  #receive(returned: unknown): Decided | undefined {
    if (this.#isTooLate) return undefined;
    try {
      const { decision, actions } = receiveDecision(returned);
      const { decision_type, ...fields } = decision;
      const handle = this.#scope.decision(this.#id, decision_type, { ...fields, caused_by: this.#end() });
      this.#troubles.decided(this.#id, actions.length);
      return { agent_id: this.#id, handle, actions };
    } catch (error) {
      return this.#fail(error);
    }
  }

  #fail(error: unknown): undefined {
    if (this.#isTooLate) return;
    const reason = messageOf(error);
    const place = sourcePlace(error, this.#base);
    const told = `${reason}${placeText(place)}`;
    const details = { error: reason, ...(place && { at: place }) };
    this.#failure("agent_error", told, `${this.#id} could not decide: ${told}`, details);
  }

  /** Whether it has still to answer. */
  get isOpen(): boolean {
    return !this.#isTooLate;
  }

  /**
   * What it comes to counts no more.
   *
   * @returns who it is, for a person
   */
  giveUp(): string {
    const error = "its promise never settles";
    const details = { error, agent_type: this.#type };
    this.#failure("never_decided", error, `${this.#id} never decided: ${error}`, details);
    return `${this.#id} (${this.#type})`;
  }

  #failure(error_type: string, reason: string, description: string, details: object): void {
    this.#troubles.failed(this.#id, error_type, reason);
    this.#scope.system("failure", {
      error_type,
      subject_agent_id: this.#id,
      description,
      details,
      caused_by: this.#end(),
    });
  }

  get #isTooLate(): boolean {
    return this.#reads.isOver || this.#context.signal.aborted;
  }

  #end(): EventHandle[] {
    this.#reads.end();
    return [...this.#reads.causes(), ...this.#steps];
  }

  /** After the decision there is nothing left to record: what an agent does later belongs to no turn. */
  #step(emit: (scope: EmitScope) => EventHandle): EventHandle {
    if (this.#isTooLate) throw new Error(`${this.#id} can record nothing more: its decision is over`);
    const step = emit(this.#scope);
    this.#steps.push(step);
    return step;
  }
}
