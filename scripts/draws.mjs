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

/** Draws for the `index`-th of many things that are drawn with one seed, each of which can be drawn alone. */
export class Draw {
  constructor(seed, index = 0) {
    this.number = drawsFrom((Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) | 0);
  }

  /** A whole number from `least` to `most`, both of them included. */
  whole(least, most) {
    return between(this.number, least, most);
  }

  chance(probability) {
    return this.number() < probability;
  }

  one(list) {
    return among(this.number, list);
  }

  /** One of `[weight, value]`. */
  weighted(choices) {
    let left = this.number() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of choices) {
      left -= weight;
      if (left < 0) return value;
    }
    return choices.at(-1)[1];
  }
}
