/** Microseconds since 1970-01-01T00:00:00Z, as a number. Passed in, for logs that keep times of their own, and for tests. */
export interface Clock {
  now(): number;
}

// The wall clock is looked at again after this long: a step of it is seen a millisecond late, and a burst of events
// pays for one clock, not for two.
const RECHECK_MICROSECONDS = 1_000;
// How far the fine clock may run from the wall clock before it is set anew: the wall clock's own granularity.
const MAX_DRIFT_MICROSECONDS = 2_000;

/**
 * The wall clock with microseconds: `Date.now` has milliseconds only, and `performance.timeOrigin + performance.now()`
 * runs away from it over hours (and through a suspend).
 */
export function systemClock(): Clock {
  let offset = Number.NaN; // between the wall clock and performance.now, µs
  let checkAt = 0; // on performance.now, µs
  return {
    now() {
      const fine = performance.now() * 1000;
      if (fine >= checkAt) {
        checkAt = fine + RECHECK_MICROSECONDS;
        const wall = Date.now() * 1000;
        const drift = fine + offset - wall;
        if (!(drift >= -MAX_DRIFT_MICROSECONDS && drift <= MAX_DRIFT_MICROSECONDS)) offset = wall - fine;
      }
      return Math.floor(fine + offset);
    },
  };
}
