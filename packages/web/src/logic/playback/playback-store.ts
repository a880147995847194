import type { PlayStep } from "../view/index.ts";
import { createPlayClock } from "./play-clock.ts";

export interface Playback {
  readonly playing: boolean;
  /** How much of the step under way has gone by, 0–1. */
  readonly share: number;
  toggle(): void;
  readonly stop: () => void;
  /** To be called for every frame while it plays; makes the steps that are due. */
  frame(time: number): void;
  readonly subscribe: (listener: () => void) => () => void;
}

export interface PlaybackOptions {
  pace: () => { step: PlayStep; speed: number };
  /** Moves the playhead by so many steps; `false` where it is at the end. May take its time: frames go on meanwhile. */
  advance: (steps: number) => boolean | Promise<boolean>;
}

/** Plays until the end. A step that is still under way holds the next ones back instead of piling them up. */
export function createPlayback({ pace, advance }: PlaybackOptions): Playback {
  const clock = createPlayClock();
  const listeners = new Set<() => void>();
  let playing = false;
  let busy = false;

  function set(next: boolean): void {
    if (playing === next) return;
    playing = next;
    clock.reset();
    for (const listener of listeners) listener();
  }

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
    get playing() {
      return playing;
    },
    get share() {
      return playing ? clock.share : 0;
    },
    toggle: () => set(!playing),
    stop: () => set(false),
    frame(time) {
      if (!playing || busy) return;
      const { step, speed } = pace();
      const steps = clock.due(time, step, speed);
      if (steps > 0) void make(steps);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
