// What campaigns draw by: the same for the same seed, on any machine.

/** Mulberry32. @returns draws from [0, 1) */
export function drawsFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param draw draws from [0, 1) */
export const among = (draw, list) => list[Math.floor(draw() * list.length)];

/** A whole number from `least` to `most`. */
export const between = (draw, least, most) => least + Math.floor(draw() * (most - least + 1));
