import type { EventHandle } from "@llm-sim/events";
import {
  type AgentContext,
  type OpenMemory,
  type ReceivedAction,
  receiveDecision,
  remembersUnseen,
} from "../agent/index.ts";
import type { BaseEngine } from "../engine/index.ts";
import { isThenable, placeText, settled, sourcePlace } from "../failure/index.ts";
import { copyOf, observationOf, type Reads } from "../observation/index.ts";
import type { RunningAgent } from "../roster/index.ts";
import type { EmitScope } from "../stream/index.ts";
import { messageOf } from "./run-error.ts";
import type { Troubles } from "./troubles.ts";

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
  const asked: Deciding[] = [];
  for (const agent of agents) {
    const activity = turn.engine.askIsActive(agent.id);
    if (activity) asked.push(new Deciding(agent, turn, activity));
  }
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
  readonly #running: RunningAgent;
  readonly #id: string;
  readonly #base: string;
  readonly #troubles: Troubles;
  readonly #scope: EmitScope;
  readonly #reads: Reads | undefined;
  readonly #observation: unknown;
  readonly #context: AgentContext;
  readonly #memory: OpenMemory;
  /** What the agent recorded on its way: causes of the decision as well. */
  readonly #steps: EventHandle[] = [];
  #isOver = false;

  constructor(
    running: RunningAgent,
    { turn, turns, scope, engine, signal, base, troubles }: DecisionTurn,
    activity: readonly EventHandle[],
  ) {
    const { id, random } = running;
    this.#running = running;
    this.#id = id;
    this.#base = base;
    this.#troubles = troubles;
    this.#scope = scope;
    random.follow(random.stream(`agent ${id}`, turn));
    const { shown, reads } = engine.show(id, activity);
    this.#reads = reads;
    this.#observation = observationOf(shown, reads);
    if (running.standing) this.#steps.push(running.standing);
    if (running.failed) this.#steps.push(running.failed);
    const { decided } = running;
    if (decided?.handle && remembersUnseen(running.memoryKind)) this.#steps.push(decided.handle);
    this.#memory = running.memory.open(reads);
    this.#context = {
      agent_id: id,
      turn,
      turns,
      memory: this.#memory.proxy,
      random,
      signal,
      copy: copyOf,
      detail: (calculation, values, fields) =>
        this.#step((open, caused_by) =>
          open.detail(calculation, values, { agent_id: id, ...fields, caused_by }),
        ),
      system: (status, fields) => {
        if (status === "failure") troubles.noted(id, fields?.error_type ?? status, fields?.description ?? "");
        return this.#step((open, caused_by) =>
          open.system(status, { subject_agent_id: id, ...fields, caused_by }),
        );
      },
    };
  }

  ask(): Decided | undefined | Promise<Decided | undefined> {
    const { agent } = this.#running;
    const decide = (): unknown => agent.decide(this.#observation, this.#context);
    try {
      const returned = this.#reads ? this.#reads.within(decide) : decide();
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
      if (this.#running.hasGone) return this.#drop({ decision_type: decision.decision_type });
      // What it returns may hold pieces of the observation, which are read once it is recorded.
      const { decision_type, ...fields } = copyOf(decision);
      const written = this.#memory.written();
      const details = { ...fields.details, ...written, ...this.#remembered };
      const handle = this.#scope.decision(this.#id, decision_type, {
        ...fields,
        ...(Object.keys(details).length > 0 && { details }),
        caused_by: this.#end(),
      });
      this.#memory.close(written, handle);
      this.#running.decided = { handle, turn: this.#context.turn };
      this.#running.failed = undefined;
      this.#troubles.decided(this.#id, actions.length);
      return { agent_id: this.#id, handle, actions };
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** What an event of the agent's says of its memory: that it may rest on the decision before, unseen. */
  get #remembered(): { remembered: { turn: number } } | undefined {
    const { memoryKind, decided } = this.#running;
    if (!decided || !remembersUnseen(memoryKind)) return undefined;
    return { remembered: { turn: decided.turn } };
  }

  #fail(error: unknown): undefined {
    if (this.#isTooLate) return;
    const reason = `${messageOf(error)}${hintOn(error)}`;
    if (this.#running.hasGone) return this.#drop({ error: reason });
    const place = sourcePlace(error, this.#base);
    const told = `${reason}${placeText(place)}`;
    const details = { error: reason, ...(place && { at: place }) };
    this.#failure("agent_error", told, `${this.#id} could not decide: ${told}`, details);
  }

  /** The agent went while it decided: what it came to counts no more. */
  #drop(answer: object): undefined {
    const { standing } = this.#running;
    this.#scope.detail("decision_dropped", answer, {
      agent_id: this.#id,
      description: `${this.#id} went while it decided: its answer is dropped`,
      caused_by: [...this.#end(), ...(standing ? [standing] : [])],
    });
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
    const details = { error, agent_type: this.#running.type };
    this.#failure("never_decided", error, `${this.#id} never decided: ${error}`, details);
    return `${this.#id} (${this.#running.type})`;
  }

  #failure(error_type: string, reason: string, description: string, details: object): void {
    this.#troubles.failed(this.#id, error_type, reason);
    this.#running.failed = this.#scope.system("failure", {
      error_type,
      subject_agent_id: this.#id,
      description,
      details: { ...details, ...this.#remembered },
      caused_by: this.#end(),
    });
  }

  get #isTooLate(): boolean {
    return this.#isOver || this.#context.signal.aborted;
  }

  #end(): EventHandle[] {
    const causes = this.#causes();
    this.#isOver = true;
    this.#reads?.end();
    return causes;
  }

  /** What the agent read and recorded so far. */
  #causes(): EventHandle[] {
    return [...(this.#reads?.causes() ?? []), ...this.#steps];
  }

  /** After the decision there is nothing left to record: what an agent does later belongs to no turn. */
  #step(emit: (scope: EmitScope, causes: readonly EventHandle[]) => EventHandle): EventHandle {
    if (this.#isTooLate) throw new Error(`${this.#id} can record nothing more: its decision is over`);
    const step = emit(this.#scope, this.#causes());
    this.#steps.push(step);
    return step;
  }
}

/** What to do where an observation was to be cloned, which no program can do with what notes its own reads. */
function hintOn(error: unknown): string {
  const isClone = error instanceof DOMException && error.name === "DataCloneError";
  return isClone ? " An observation is copied with context.copy(observation)." : "";
}
