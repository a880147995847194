/** Microseconds since 1970-01-01T00:00:00Z, as a number. Passed in, so that tests can turn it back. */
export interface Clock {
  now(): number;
}

// How far the fine clock may run from the wall clock before it is set anew. Above the wall clock's own granularity
// (1 ms), far below what anyone sees; a stepped or slewed wall clock is followed within a reading.
const MAX_DRIFT_MICROSECONDS = 2_000;

/**
 * The wall clock with microseconds: `Date.now` has milliseconds only, and `performance.timeOrigin + performance.now()`
 * runs away from it over hours (and through a suspend).
 */
export function systemClock(): Clock {
  let offset = Number.NaN; // between the wall clock and performance.now, µs
  return {
    now() {
      const wall = Date.now() * 1000;
      const fine = performance.now() * 1000;
      const time = Math.floor(fine + offset);
      if (time >= wall - MAX_DRIFT_MICROSECONDS && time <= wall + MAX_DRIFT_MICROSECONDS) return time;
      offset = wall - fine;
      return wall;
    },
  };
}
