import type { EventHandle } from "@llm-sim/events";
import type { Frame } from "../observation/index.ts";
import { Comings, type Roster } from "../roster/index.ts";
import type { EmitScope } from "../run-stream.ts";
import type { Outcome, World, WorldStore } from "../world/index.ts";
import type { ReadableState } from "./readable-state.ts";
import { ActionRefused } from "./refusal.ts";
import type { StateRecorder } from "./state-recorder.ts";

type Emission = (scope: EmitScope) => void;

/** What an effect did, who came and went by it, and what it emitted. */
export interface Done extends Outcome {
  comings: Comings | undefined;
  emissions: readonly Emission[];
}

/** An effect while it runs. */
interface Effect {
  /** What it is called. */
  by: () => string;
  /** What it changes, once it has begun. */
  draft: World | undefined;
  /** Where its reads are noted. */
  frame: Frame | undefined;
  /** What is emitted waits here for the event that causes it. */
  emissions: Emission[];
  comings: Comings | undefined;
}

/** The effects of actions and rules, one at a time: each is done as a whole, with who comes and goes by it, or not at all. */
export class Effects<W extends World> {
  readonly #store: WorldStore<W>;
  readonly #recorder: StateRecorder;
  readonly #readable: ReadableState<W>;
  readonly #roster: Roster | undefined;
  readonly #admit: ((agentId: string) => void) | undefined;
  #running: Effect | undefined;

  constructor(
    store: WorldStore<W>,
    recorder: StateRecorder,
    readable: ReadableState<W>,
    roster: Roster | undefined,
  ) {
    this.#store = store;
    this.#recorder = recorder;
    this.#readable = readable;
    this.#roster = roster;
    this.#admit = roster && ((agentId) => this.comings("spawn").admit(agentId));
  }

  /** The one that runs. */
  get running(): Readonly<Effect> | undefined {
    return this.#running;
  }

  /** Changes the state as `effect` does; where it throws or is a trial, not at all. */
  transact(
    {
      by,
      frame,
      acting,
      isTrial,
    }: { by: () => string; frame: Frame | undefined; acting?: string; isTrial?: boolean },
    effect: (draft: W) => unknown,
  ): Done {
    if (this.#running)
      throw new Error("An effect cannot start a rule: start it from beforeTurn or afterActions");
    const running: Effect = { by, draft: undefined, frame, emissions: [], comings: undefined };
    this.#running = running;
    try {
      const outcome = this.#store.transact(
        (draft) => {
          running.draft = draft;
          return effect(draft);
        },
        { by, reads: this.#readable.noting, acting, isTrial, admit: this.#admit },
      );
      if (this.#roster && outcome.went.length > 0) this.comings("remove");
      return { ...outcome, comings: running.comings, emissions: running.emissions };
    } finally {
      this.#running = undefined;
    }
  }

  /** Records what was done, in the scope of the event that caused it. */
  record(inside: EmitScope, by: () => string, done: Done): void {
    done.comings?.record({ scope: inside, by: by() }, done);
    for (const emit of done.emissions) emit(inside);
    this.#recorder.record(done, inside);
    for (const id of done.came) this.#recorder.began(this.#roster?.get(id));
  }

  /** Of what was tried and left out: whoever reads what it would have written rests on `leftOut` as well. */
  withhold({ changes, assigned }: Done, leftOut: EventHandle, scope: EmitScope): void {
    this.#readable.noting?.writes.withhold(changes, assigned, (write) =>
      write ? (scope.because([leftOut, write], ({ cause }) => cause) ?? leftOut) : leftOut,
    );
  }

  /**
   * Who comes and goes by the effect that runs.
   *
   * @param what is asked for, for who asks outside of an effect
   */
  comings(what: string): Comings {
    const effect = this.#running;
    const roster = this.#roster;
    if (effect?.draft && roster) {
      const { draft, frame } = effect;
      effect.comings ??= new Comings(roster, {
        parts: draft.agents,
        reads: this.#readable.noting,
        readSoFar: () => [...(frame?.writes() ?? [])],
        refuse,
      });
      return effect.comings;
    }
    throw new Error(
      `${what} belongs into an effect, which it is done or not done with: call it in a rule (this.rule) or in an action's effect`,
    );
  }
}

function refuse(reason: string): never {
  throw new ActionRefused(reason);
}
