import type { VariableWrite } from "@llm-sim/api";

/** A variable of one agent (or of the world) over turns. */
export interface Series {
  label: string;
  agent: string | undefined;
  /** Its value at the end of each turn; `null` where it is no number or not there. */
  values: (number | null)[];
  /** The write that each value comes from. */
  eventIds: (string | undefined)[];
}

/** The last value of each turn, held until the next write. `turns` is the last turn. */
export function seriesOf(
  label: string,
  agent: string | undefined,
  writes: readonly VariableWrite[],
  turns: number,
): Series {
  const values: (number | null)[] = [];
  const eventIds: (string | undefined)[] = [];
  let at = 0;
  let value: number | null = null;
  let eventId: string | undefined;
  for (let turn = 0; turn <= turns; turn++) {
    for (let write = writes[at]; write && write.turn <= turn; write = writes[++at]) {
      value = write.change !== "removed" && typeof write.new_value === "number" ? write.new_value : null;
      eventId = write.event_id;
    }
    values.push(value);
    eventIds.push(eventId);
  }
  return { label, agent, values, eventIds };
}

/** The series whose value at a turn is nearest to `value`. */
export function nearestSeries(series: readonly Series[], turn: number, value: number): Series | undefined {
  let nearest: Series | undefined;
  let distance = Number.POSITIVE_INFINITY;
  for (const one of series) {
    const here = one.values[turn];
    if (here === null || here === undefined || Math.abs(here - value) >= distance) continue;
    nearest = one;
    distance = Math.abs(here - value);
  }
  return nearest;
}
