import type { VariableId } from "@llm-sim/events/naming";
import type { Immutable } from "immer";
import type { Answer } from "../answer/index.ts";
import {
  type Collecting,
  Frame,
  guardedWorld,
  othersIn,
  type Reads,
  type SightedWatching,
  sightedWorld,
  Tracker,
  trackedWorld,
} from "../observation/index.ts";
import type { Roster } from "../roster/index.ts";
import type { RunStream } from "../run-stream.ts";
import { type Noise, noNoiseOn, type Sights, variableNumber, withNoise } from "../sight/index.ts";
import { shapedAs, type World, type WorldStore } from "../world/index.ts";
import type { EngineDraws } from "./engine-draws.ts";

/** Who may see what of the state, and what is needed to find out. */
interface Seeing {
  /** Where it is said who sees what. */
  sights: Sights | undefined;
  /** Who is there; not there for an engine by itself. */
  roster: Roster | undefined;
  /** For the noise that numbers are seen with. */
  draws: EngineDraws;
}

/** The state as it is read: by the engine's code and by agents. What is read of it is noted for what it is read for. */
export class ReadableState<W extends World> {
  /** Notes what is read; not there where nothing is recorded. */
  readonly tracker: Tracker | undefined;
  readonly #stream: RunStream;
  readonly #store: WorldStore<W>;
  readonly #tracked: Immutable<W> | undefined;
  readonly #untracked: Immutable<W>;
  readonly #sights: Sights | undefined;
  readonly #roster: Roster | undefined;
  readonly #draws: EngineDraws;

  constructor(stream: RunStream, store: WorldStore<W>, { sights, roster, draws }: Seeing) {
    this.#stream = stream;
    this.#store = store;
    this.#sights = sights;
    this.#roster = roster;
    this.#draws = draws;
    // Milestones are recorded at every level, but by a stream that records nothing; then only what may not be seen needs it.
    this.tracker = stream.records("MILESTONE") || sights ? new Tracker(sights !== undefined) : undefined;
    this.#untracked = this.tracker ? guardedWorld(store.world, stateIsReadOnly) : store.world;
    this.#tracked =
      this.tracker &&
      trackedWorld(store.world, {
        writes: this.tracker.writes,
        frame: this.tracker,
        readOnly: stateIsReadOnly,
      });
  }

  /** Where what is read counts now: nowhere where there is nothing that it could lead to. */
  get noting(): Tracker | undefined {
    return this.#stream.isUneventful && !this.#sights ? undefined : this.tracker;
  }

  /** Where to note what is read for one thing; nowhere where nothing is noted. */
  frame(): Frame | undefined {
    return this.noting && new Frame();
  }

  /** The state as the engine's code sees it. */
  get world(): Immutable<W> {
    const { noting } = this;
    if (!noting || !this.#tracked) return this.#untracked;
    // What may not be seen is not there for who puts an observation together, either.
    if (noting.sighted) return shapedAs<Immutable<W>>(Object(noting.sighted));
    return noting.isIdle ? this.#store.world : this.#tracked;
  }

  /** The state as an agent gets to see it; the others, where the config says what may be seen of them. */
  shownTo(agentId: string, reads: Reads | undefined): { world: Immutable<W>; others?: object } {
    const { world } = this.#store;
    if (!reads || !this.noting) return { world: this.#untracked };
    const sight = this.#sights?.of(agentId, this.#roster?.get(agentId)?.type);
    const watching = reads.watching(agentId);
    if (!sight) return { world: trackedWorld(world, watching) };
    const sightedWatching: SightedWatching = {
      ...watching,
      self: agentId,
      sight,
      blur: (variable, value, noise) => this.#blur(agentId, reads, variable, value, noise),
    };
    const sighted = sightedWorld(world, sightedWatching);
    reads.sighted = sighted;
    return sight.reachesOthers
      ? { world: sighted, others: othersIn(world, sightedWatching) }
      : { world: sighted };
  }

  #blur(agentId: string, reads: Reads, variable: VariableId, value: unknown, noise: Noise): unknown {
    if (value === null) return value;
    if (typeof value !== "number") throw noNoiseOn(variable, value);
    const shown = this.#draws.noise(agentId, variableNumber(variable), (random) =>
      withNoise(value, noise, random),
    );
    reads.saw(variable, shown);
    return shown;
  }

  /** What `body` reads counts for `frame`, until its promise settles where it is async. */
  holding<T>(frame: Collecting | undefined, body: () => Answer<T>): Answer<T> {
    const { noting } = this;
    return noting && frame ? noting.holding(frame, body) : body();
  }

  /** What `body` reads counts for `frame`. */
  within<T>(frame: Collecting | undefined, body: () => T): T {
    const { noting } = this;
    return noting && frame ? noting.within(frame, body) : body();
  }
}

function stateIsReadOnly(key: string): Error {
  return new TypeError(
    `The state is read-only here (tried to change ${JSON.stringify(key)}): change it through the draft of a rule or of an action's effect`,
  );
}
