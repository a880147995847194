import type { TurnDistance } from "@llm-sim/api";

/** Both distances over all turns, in percent: 0 before the runs part. */
export interface DistanceLines {
  turns: number[];
  share: (number | null)[];
  normalised: (number | null)[];
}

export function distanceLines(distances: readonly TurnDistance[]): DistanceLines {
  const [first] = distances;
  const before = first === undefined || first.turn === 0 ? [] : [...new Set([0, first.turn - 1])];
  return {
    turns: [...before, ...distances.map(({ turn }) => turn)],
    share: [...before.map(() => 0), ...distances.map(({ share }) => share * 100)],
    normalised: [...before.map(() => 0), ...distances.map(({ normalised }) => normalised * 100)],
  };
}
