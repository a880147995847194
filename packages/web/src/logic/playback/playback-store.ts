import { createStore, type Store } from "../store/index.ts";
import type { PlayStep } from "../view/index.ts";
import { createPlayClock } from "./play-clock.ts";

/** Holds whether it plays. */
export interface Playback extends Pick<Store<boolean>, "get" | "subscribe"> {
  /** How much of the step under way has gone by, 0–1. */
  readonly share: number;
  /** Begins, again from the start where it is at the end, or stops. */
  readonly toggle: () => void;
  readonly stop: () => void;
  /** To be called for every frame while it plays; makes the steps that are due. */
  frame(time: number): void;
}

export interface PlaybackOptions {
  pace: () => { step: PlayStep; speed: number };
  /** Called before it begins to play. */
  begin: () => void;
  /** Moves the playhead by so many steps; `false` where it is at the end. May take its time: frames go on meanwhile. */
  advance: (steps: number) => boolean | Promise<boolean>;
}

/** Plays until the end. A step that is still under way holds the next ones back instead of piling them up. */
export function createPlayback({ pace, begin, advance }: PlaybackOptions): Playback {
  const clock = createPlayClock();
  const { get, set, subscribe } = createStore(false);
  let busy = false;

  subscribe(() => clock.reset());

  async function make(steps: number): Promise<void> {
    busy = true;
    try {
      if (!(await advance(steps))) set(false);
    } catch {
      set(false);
    } finally {
      busy = false;
    }
  }

  return {
    get,
    subscribe,
    get share() {
      return get() ? clock.share : 0;
    },
    toggle() {
      if (!get()) begin();
      set(!get());
    },
    stop: () => set(false),
    frame(time) {
      if (!get() || busy) return;
      const { step, speed } = pace();
      const steps = clock.due(time, step, speed);
      if (steps > 0) void make(steps);
    },
  };
}
