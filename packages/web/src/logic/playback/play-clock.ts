import type { PlayStep } from "../view/index.ts";

/** Steps a second at speed 1: a turn is read in a second, an event in a quarter of one. */
export const STEPS_PER_SECOND: Readonly<Record<PlayStep, number>> = { turn: 1, event: 4 };

/** Time away from the page (a hidden tab) is not made up for: at most this long counts, in milliseconds. */
const LONGEST_FRAME = 250;

/** Counts the steps that are due, frame by frame, at a speed that may change in between. */
export interface PlayClock {
  /** How many whole steps are due at this frame; `time` in milliseconds, as `requestAnimationFrame` gives it. */
  due(time: number, step: PlayStep, speed: number): number;
  /** How much of the next step has gone by, 0–1: where the playhead is drawn between two turns. */
  readonly share: number;
  reset(): void;
}

export function createPlayClock(): PlayClock {
  let last: number | undefined;
  let share = 0;
  return {
    due(time, step, speed) {
      const elapsed = last === undefined ? 0 : Math.min(LONGEST_FRAME, Math.max(0, time - last));
      last = time;
      share += (elapsed / 1000) * STEPS_PER_SECOND[step] * speed;
      const whole = Math.floor(share);
      share -= whole;
      return whole;
    },
    get share() {
      return share;
    },
    reset() {
      last = undefined;
      share = 0;
    },
  };
}
