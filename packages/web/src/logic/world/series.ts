import type { VariableWrite } from "@llm-sim/api";
import { drawnTurns } from "../charts/index.ts";

/** What became of a variable in one run. */
export interface WrittenIn {
  label: string;
  /** In their order. */
  writes: readonly VariableWrite[];
  /** The run's last turn. */
  last: number;
}

/** A variable over turns. */
export interface Series {
  label: string;
  /** Its value at the end of each turn, up to its run's last; `null` where it is no number or not there. */
  values: (number | null)[];
}

/** The last value of each turn, held until the next write, of several runs over the same turns. */
export function seriesOf(all: readonly WrittenIn[]): { turns: number[]; series: Series[] } {
  const to = Math.max(0, ...all.map(({ last }) => last));
  const valued = all.flatMap(({ writes, last }) => [...writes.map(({ turn }) => turn), last]);
  const turns = drawnTurns({ from: 0, to, every: 1 }, valued);
  return { turns, series: all.map((one) => ({ label: one.label, values: valuesAt(turns, one) })) };
}

function valuesAt(turns: readonly number[], { writes, last }: WrittenIn): (number | null)[] {
  const values: (number | null)[] = [];
  let [at, value]: [number, number | null] = [0, null];
  for (const turn of turns) {
    if (turn > last) break;
    for (let write = writes[at]; write && write.turn <= turn; write = writes[++at])
      value = write.change !== "removed" && typeof write.new_value === "number" ? write.new_value : null;
    values.push(value);
  }
  return values;
}
