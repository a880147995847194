import type { EventHandle } from "@llm-sim/events";
import type { Action } from "../agent/index.ts";
import { type Answer, isThenable } from "../answer/index.ts";
import { type Ask, Asker, type AskerOptions, type Asking } from "../asking/index.ts";
import type { BaseEngine } from "../engine/index.ts";
import type { Collecting } from "../observation/index.ts";
import type { EmitScope } from "../run-stream.ts";
import type { ValidationContext } from "../validator/index.ts";

/** What is the same for all actions of a turn. */
export interface ValidatedTurn {
  engine: BaseEngine;
  actions: ValidationContext["actions"];
  asking: Asking;
  signal: AbortSignal;
  onFailure: AskerOptions["onFailure"];
}

/** Where an action stands in the log. */
interface Placed {
  scope: EmitScope;
  /** The decision. */
  handle: EventHandle;
  /** Where what is read for it is noted, if it is. */
  reads: Collecting | undefined;
}

/** A look at one action, as the validator gets it. */
export class Validation implements ValidationContext {
  readonly #turn: ValidatedTurn;
  readonly #action: Action;
  readonly #placed: Placed;
  #asker: Asker | undefined;

  constructor(turn: ValidatedTurn, action: Action, placed: Placed) {
    this.#turn = turn;
    this.#action = action;
    this.#placed = placed;
  }

  get turn(): number {
    return this.#turn.engine.turn;
  }

  /** Asked for while the action is looked at: what is read of it counts for that. */
  get world(): ValidationContext["world"] {
    return this.#turn.engine.world;
  }

  get actions(): ValidationContext["actions"] {
    return this.#turn.actions;
  }

  get signal(): AbortSignal {
    return this.#turn.signal;
  }

  get ask(): Ask {
    const asker = this.#asker ?? this.#newAsker();
    this.#asker = asker;
    return (question) => asker.ask(question);
  }

  /** What the validator answers, once all that it asked, and waits for no longer, is on record. */
  over<T>(answer: Answer<T>): Answer<T> {
    return this.#asker || isThenable(answer) ? this.#whenAsked(answer) : answer;
  }

  async #whenAsked<T>(answer: Answer<T>): Promise<T> {
    try {
      return await answer;
    } finally {
      this.#asker?.close("The action has been looked at: nothing more is asked about it");
      await this.#asker?.breakOff("unawaited");
    }
  }

  #newAsker(): Asker {
    const { agent_id, place } = this.#action;
    const { scope, handle, reads } = this.#placed;
    const { asking, onFailure } = this.#turn;
    return new Asker({
      asking,
      actor: { type: "validator", agent_id, ...(place !== undefined && { place: String(place) }) },
      subject: agent_id,
      scope: scope.because(handle, (decided) => decided),
      causes: () => reads?.writes() ?? [],
      learn: (attempt) => reads?.add(attempt),
      onFailure,
    });
  }
}
