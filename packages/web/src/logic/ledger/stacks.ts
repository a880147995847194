import type { Actor } from "./by-actor.ts";

/** A piece of a bar: from one value to another, of which actor. */
export interface Piece {
  actor: number;
  from: number;
  to: number;
}

export interface Stacks {
  /** Of each stretch: what was added is stacked upward from 0, what was taken downward. */
  bars: Piece[][];
  least: number;
  greatest: number;
}

export function stacksOf(actors: readonly Actor[], stretches: number): Stacks {
  let [least, greatest] = [0, 0];
  const bars = Array.from({ length: stretches }, (_, place) => {
    let [up, down] = [0, 0];
    return actors.flatMap(({ amounts }, actor): Piece[] => {
      const amount = amounts[place] ?? 0;
      if (amount === 0) return [];
      const from = amount > 0 ? up : down;
      const to = from + amount;
      if (amount > 0) up = to;
      else down = to;
      [least, greatest] = [Math.min(least, down), Math.max(greatest, up)];
      return [{ actor, from, to }];
    });
  });
  return { bars, least, greatest };
}
