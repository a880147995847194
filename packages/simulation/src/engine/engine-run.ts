import type { Causes, CommonFields } from "@llm-sim/events";
import { StateFold } from "@llm-sim/events/state";
import { blame, during, notPromised } from "../failure/index.ts";
import type { EmitScope, RunStream } from "../stream/index.ts";
import { type VariableChange, type World, WorldStore, withoutDrafts } from "../world/index.ts";
import type { ActionRule, TurnAction } from "./action-rule.ts";
import { ActionRefused, isActionRefused, warnOfRefusal } from "./refusal.ts";
import { type RunObserver, StateRecorder } from "./state-recorder.ts";

export interface RuleOptions {
  /** What the rule worked with, for the DETAIL that stands for it. */
  values?: object;
  /** What besides the turn brought the rule about: `this.lastWrite("health", neighbour)`. */
  caused_by?: Causes;
  description?: string;
}

type Emission = (scope: EmitScope) => void;

/** An engine's side of one run: changes the state, and emits what was done and what changed, with the causes. */
export class EngineRun<W extends World> {
  readonly stream: RunStream;
  readonly store: WorldStore<W>;
  readonly recorder: StateRecorder;
  readonly #observer: RunObserver;
  /** The turn, or before the first the run. */
  scope: EmitScope;
  /** The decision behind the action that is being applied. */
  deciding: Causes | undefined;
  /** What is emitted while an effect runs waits here for the event that causes it. */
  #held: Emission[] | undefined;

  constructor(stream: RunStream, state: W, observer: RunObserver = {}) {
    this.stream = stream;
    this.scope = stream;
    this.store = new WorldStore(state);
    this.#observer = observer;
    this.recorder = new StateRecorder(stream, observer.wrote);
    this.recorder.record(this.store.everything(), stream);
  }

  /** The state's hash, also where the recorder keeps none. */
  stateHash(): string {
    const kept = this.recorder.hash();
    if (kept !== undefined) return kept;
    const fold = new StateFold();
    for (const { agent_id, variable_name, new_value } of this.store.everything()) {
      fold.apply({ agent_id, variable_name, new_value });
    }
    return fold.hash();
  }

  /** Does what an action asks, or records why not. */
  apply(action: TurnAction, rule: ActionRule<W> | undefined): void {
    this.deciding = action.causes;
    this.scope.because(action.causes, (decided) => {
      try {
        if (!rule) throw new ActionRefused(`this engine has no action ${JSON.stringify(action.action_type)}`);
        const together = this.#participants(action, rule);
        const { changes, emissions } = this.#transact((draft) => notPromised(rule.apply(draft, action)));
        const { description, details } = action;
        const done = decided.action(action.agent_id, action.action_type, action.payload, {
          ...together,
          description,
          details,
        });
        decided.because(done, (inside) => this.#record(inside, changes, emissions));
      } catch (error) {
        if (!isActionRefused(error)) {
          blame(error, `action ${action.action_type} of ${action.agent_id}`);
          throw error;
        }
        warnOfRefusal(decided, action, error.message, error.by);
        this.#observer.refused?.(action, error.message);
      }
    });
    this.deciding = undefined;
  }

  /** Lets happen what happens by itself, with a DETAIL as its cause. */
  rule(name: string, effect: (draft: W) => unknown, { values, caused_by, description }: RuleOptions): void {
    const { changes, emissions } = during(`rule ${name}`, () =>
      this.#transact((draft) => notPromised(effect(draft))),
    );
    if (changes.length === 0 && emissions.length === 0) return;
    const cause = this.scope.detail(name, values ?? { changes: changes.length }, { description, caused_by });
    this.scope.because(cause, (inside) => this.#record(inside, changes, emissions, name));
  }

  detail(calculationType: string, intermediateValues: object, fields?: CommonFields): void {
    if (!this.stream.records("DETAIL")) return;
    const values = withoutDrafts(intermediateValues);
    if (typeof values === "object" && values !== null) {
      this.#emit((scope) => scope.detail(calculationType, values, fields));
    }
  }

  phase(name: string, fields?: CommonFields): void {
    this.#emit((scope) => scope.phase(name, fields));
  }

  #participants(
    action: TurnAction,
    rule: ActionRule<W>,
  ): { interaction_type?: string | undefined; participating_agent_ids?: readonly string[] } {
    const partners = rule.interaction?.partners(action) ?? action.participating_agent_ids;
    if (!partners) return {};
    const ids = [...new Set([action.agent_id, ...partners])];
    const stranger = ids.find((id) => this.store.world.agents[id] === undefined);
    if (stranger !== undefined) throw new ActionRefused(`there is no agent ${JSON.stringify(stranger)}`);
    if (ids.length < 2) throw new ActionRefused("an interaction takes two agents or more");
    return {
      interaction_type: rule.interaction?.type ?? action.interaction_type,
      participating_agent_ids: ids,
    };
  }

  #transact(effect: (draft: W) => unknown): { changes: VariableChange[]; emissions: readonly Emission[] } {
    if (this.#held)
      throw new Error("An effect cannot start a rule: start it from beforeTurn or afterActions");
    const emissions: Emission[] = [];
    this.#held = emissions;
    try {
      return { changes: this.store.transact(effect), emissions };
    } finally {
      this.#held = undefined;
    }
  }

  #record(
    inside: EmitScope,
    changes: readonly VariableChange[],
    emissions: readonly Emission[],
    rule?: string,
  ): void {
    for (const emit of emissions) emit(inside);
    this.recorder.record(changes, inside, rule);
  }

  #emit(emission: Emission): void {
    if (this.#held) this.#held.push(emission);
    else emission(this.scope);
  }
}
