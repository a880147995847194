import { type Tried, type Trouble, TroubleKinds } from "@llm-sim/events/run";
import type { KeptTroubles } from "../checkpoint.ts";

/** Why a decision failed that rests on an answer which no language model gave. */
const UNANSWERED = "unanswered";
/** Of agents of whom everything went wrong, so many are named. */
const MAX_NAMED = 3;

/** Keeps count of what agents tried, and of what came of it. */
export class Troubles {
  readonly #agents = new Map<string, Tried>();
  readonly #refusals = new TroubleKinds();
  readonly #failures = new TroubleKinds();
  readonly #unanswered = new TroubleKinds();
  /** Of failures those that a decision ended with. */
  readonly #undecided = new TroubleKinds();

  /** An agent decided on so many actions. */
  decided(agentId: string, actions: number): void {
    const share = this.#of(agentId);
    share.decisions++;
    share.actions += actions;
  }

  /** An agent did not come to a decision. `isUnanswered`: because a language model gave no answer. */
  failed(agentId: string, error_type: string, reason: string, isUnanswered = false): void {
    this.#of(agentId).failures++;
    this.#failures.add({ agent_id: agentId, error_type }, reason);
    this.#undecided.add({ agent_id: agentId, error_type: isUnanswered ? UNANSWERED : error_type }, reason);
  }

  /** A failure that no agent's decision ended with: the engine's, or one that an agent recorded on its way. */
  noted(agent_id: string | undefined, error_type: string, reason: string): void {
    this.#failures.add({ ...(agent_id !== undefined && { agent_id }), error_type }, reason);
  }

  /** A question to a language model got no answer that could be taken; asked by nobody in particular, or by an agent. */
  unanswered(agent_id: string | undefined, error_type: string, reason: string): void {
    this.noted(agent_id, error_type, reason);
    // What was broken off from this side is told of as what it was broken off by: a signal, a budget that is spent.
    if (error_type !== "aborted") this.#unanswered.add({ error_type }, reason);
  }

  /** An agent's action was not done. */
  refused(agentId: string, action_type: string, reason: string, error_type = "validation_error"): void {
    this.#of(agentId).refusals++;
    this.#refusals.add({ agent_id: agentId, action_type, error_type }, reason);
  }

  /** As a checkpoint keeps them. */
  kept(): KeptTroubles {
    return {
      agents: Array.from(this.#agents, ([id, { decisions, failures, actions, refusals }]) => [
        id,
        decisions,
        failures,
        actions,
        refusals,
      ]),
      refusals: this.#refusals.kept(),
      failures: this.#failures.kept(),
      unanswered: this.#unanswered.kept(),
      undecided: this.#undecided.kept(),
    };
  }

  /** Goes on from what was kept. */
  goOn({ agents, ...kinds }: KeptTroubles): void {
    for (const [id, decisions, failures, actions, refusals] of agents)
      this.#agents.set(id, { decisions, failures, actions, refusals });
    this.#refusals.goOn(kinds.refusals);
    this.#failures.goOn(kinds.failures);
    this.#unanswered.goOn(kinds.unanswered);
    this.#undecided.goOn(kinds.undecided);
  }

  /** Commonest first. */
  get refusals(): Trouble[] {
    return this.#refusals.list();
  }

  /** Commonest first. */
  get failures(): Trouble[] {
    return this.#failures.list();
  }

  get totals(): Tried {
    const sum: Tried = { decisions: 0, failures: 0, actions: 0, refusals: 0 };
    for (const share of this.#agents.values()) add(sum, share);
    return sum;
  }

  /**
   * What a person should know of it, one line each: where nothing worked, for all or for some agents, with the commonest reason; and that
   * questions were not answered, as an agent does something else then.
   */
  messages(): string[] {
    return [...this.#useless(), ...unansweredSentences(this.#unanswered.list())];
  }

  #useless(): string[] {
    const all = this.totals;
    // Where some agents failed and others were refused, each is told of its own.
    if (isUseless(all) && (all.decisions === 0 || all.failures === 0))
      return [sentence(undefined, all, this.#undecided.list(), this.refusals)];
    const useless = [...this.#agents].filter(([, share]) => isUseless(share));
    const lines = useless.slice(0, MAX_NAMED).map(([id, share]) => {
      const own = (trouble: Trouble) => trouble.agent_id === id;
      return sentence(id, share, this.#undecided.list().filter(own), this.refusals.filter(own));
    });
    if (useless.length > MAX_NAMED) lines.push(`And ${useless.length - MAX_NAMED} more agents like that.`);
    return lines;
  }

  #of(agentId: string): Tried {
    let share = this.#agents.get(agentId);
    if (share === undefined) {
      share = { decisions: 0, failures: 0, actions: 0, refusals: 0 };
      this.#agents.set(agentId, share);
    }
    return share;
  }
}

function add(sum: Tried, { decisions, failures, actions, refusals }: Tried): void {
  sum.decisions += decisions;
  sum.failures += failures;
  sum.actions += actions;
  sum.refusals += refusals;
}

/** Nothing that was tried came to anything. */
function isUseless({ decisions, failures, actions, refusals }: Tried): boolean {
  if (failures + refusals === 0) return false;
  return decisions === 0 || (actions > 0 && refusals >= actions);
}

/** @param agentId one agent's; of all agents where none is named */
function sentence(
  agentId: string | undefined,
  { decisions, failures, actions, refusals }: Tried,
  whyFailed: readonly Trouble[],
  whyRefused: readonly Trouble[],
): string {
  if (decisions === 0) {
    const who = agentId === undefined ? "No agent decided anything" : `${agentId} decided nothing`;
    return `${who}, ${failures} of ${failures} tries failed${commonest(whyFailed)}. ${remedy(whyFailed[0]?.error_type)}`;
  }
  const whose = agentId === undefined ? "Every action" : `Every action of ${agentId}`;
  return `${whose} was refused, ${refusals} of ${actions}${commonest(whyRefused)}. Mend what decide returns, or what the engine and the validator let through.`;
}

function remedy(error_type: string | undefined): string {
  if (error_type === UNANSWERED)
    return "See to it that the model answers (llm in the config), or give agents a fallback.";
  if (error_type === "decide_timeout")
    return "Give it longer (simulation.decide_timeout), or mend what takes so long.";
  return "Mend what decide throws or returns.";
}

function commonest([first]: readonly Trouble[]): string {
  if (!first) return "";
  const action = first.action_type === undefined ? "" : `${first.action_type}: `;
  return `, most often (${times(first.count)}) because: ${action}${first.reason.replace(/\.$/, "")}`;
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

/** One where there is something to say. */
function unansweredSentences(kinds: readonly Trouble[]): string[] {
  const count = kinds.reduce((sum, kind) => sum + kind.count, 0);
  const questions = `${count} question${count === 1 ? "" : "s"} to a model`;
  return count === 0 ? [] : [`${questions} got no answer that could be taken${commonest(kinds)}.`];
}
