/** Turns that can be told apart on no screen, and that a chart still has a place for each of. */
export const MOST_PLACES = 10_000;

/** Turns from one to another, both included, of which every so many are told: `from`, `from + every` … and `to`. */
export interface ToldTurns {
  from: number;
  to: number;
  every: number;
}

/**
 * The turns that curves are drawn at, ascending: all that are told, where a chart can have a place for each. Of more, those at which a curve gets a value, each
 * with the one before, up to which the last value is held, and the ends: as many as there are values, however far apart they are. A log
 * may have a turn of any number.
 *
 * @param valued turns at which a curve gets a value, or ends; each is told
 */
export function drawnTurns({ from, to, every }: ToldTurns, valued: Iterable<number>): number[] {
  if ((to - from) / every < MOST_PLACES) {
    const turns: number[] = [];
    for (let turn = from; turn < to; turn += every) turns.push(turn);
    return [...turns, to];
  }
  const turns = new Set([from, to]);
  for (const turn of valued) {
    if (turn > from) turns.add(from + (Math.ceil((turn - from) / every) - 1) * every);
    turns.add(turn);
  }
  return [...turns].sort((one, other) => one - other);
}
