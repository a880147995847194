import type { EventHandle } from "@llm-sim/events";
import type { StateReads } from "../world/index.ts";
import type { Newcomer } from "./newcomer.ts";
import type { Roster, RosterChange } from "./roster.ts";
import type { RunningAgent } from "./running-agent.ts";

/** What an effect works with while it lasts. */
interface Effect {
  /** The parts of the state by agent, as drafts. */
  parts: Record<string, object>;
  reads: StateReads | undefined;
  /** What it read so far, which may be why somebody comes or goes. */
  readSoFar: () => readonly EventHandle[];
  /** Ends the effect: it is not done. */
  refuse: (reason: string) => never;
}

/** Who comes and goes by one effect, done once the effect is. */
export class Comings {
  readonly #roster: Roster;
  readonly #effect: Effect;
  readonly #new = new Map<string, { running: RunningAgent; read: readonly EventHandle[] }>();
  /** With what was read before. */
  readonly #removed = new Map<string, readonly EventHandle[]>();

  constructor(roster: Roster, effect: Effect) {
    this.#roster = roster;
    this.#effect = effect;
  }

  spawn(given: Newcomer): void {
    const { id } = given;
    if (this.#new.has(id) || this.#roster.knows(id)) {
      this.#effect.reads?.part(id).presence("", this.#roster.has(id));
      const was = this.#roster.hasGone(id) ? "was" : "is";
      this.#effect.refuse(
        `there ${was} an agent ${JSON.stringify(id)} already, and an id is used once in a run`,
      );
    }
    const running = this.#roster.make(given);
    const { came } = running;
    this.#effect.reads?.part(id).presence("", false);
    this.#new.set(id, { running, read: this.#effect.readSoFar() });
    this.#effect.parts[id] = structuredClone(came.initial_state);
  }

  remove(id: string): void {
    this.check(id);
    this.#removed.set(id, this.#effect.readSoFar());
    delete this.#effect.parts[id];
  }

  /** Refuses where there is no such agent, which counts as read. */
  check(id: string): void {
    const isThere =
      !this.#removed.has(id) && (this.#new.has(id) || (this.#roster.has(id) && !this.#roster.hasGone(id)));
    if (!this.#new.has(id)) this.#effect.reads?.part(id).presence("", isThere);
    if (!isThere) this.#effect.refuse(`there is no agent ${JSON.stringify(id)}`);
  }

  /** Refuses a part of the state for an agent that is none. */
  admit(id: string): void {
    if (this.#new.has(id) || (this.#roster.has(id) && !this.#removed.has(id))) return;
    this.#effect.refuse(
      this.#roster.knows(id)
        ? `${JSON.stringify(id)} went for good; this.pause and this.resume are for an agent that is to come back`
        : `there is no agent ${JSON.stringify(id)} to give a part of the state to; this.spawn({ id, type, initial_state }) lets one come`,
    );
  }

  get isEmpty(): boolean {
    return this.#new.size === 0 && this.#removed.size === 0;
  }

  /**
   * The effect is done.
   *
   * @param came who has a part of the state now and had none before; `went`: who has none any more
   */
  record(
    inside: Pick<RosterChange, "scope" | "by">,
    { came, went }: { came: readonly string[]; went: readonly string[] },
  ): void {
    const roster = this.#roster;
    const all = { ...inside, read: this.#effect.readSoFar() };
    for (const { running, read } of this.#new.values()) roster.come(running, { ...inside, read });
    for (const id of came) {
      const running = this.#new.has(id) ? undefined : roster.get(id);
      if (running) roster.come(running, all);
    }
    for (const [id, read] of this.#removed) roster.go(id, true, { ...inside, read });
    for (const id of went) if (!this.#removed.has(id)) roster.go(id, false, all);
  }
}
