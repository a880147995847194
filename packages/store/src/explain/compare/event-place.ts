import type { Names } from "@llm-sim/events/canonical";
import { EVENT_TYPES } from "@llm-sim/events/schema";
import type { RunIndex } from "../../run-index/index.ts";

const SYSTEM = EVENT_TYPES.indexOf("SYSTEM");

/**
 * The names of a run's events that an equal run has too: turn, kind, agent, and the how-many-th of these it is; of SYSTEM events not
 * that, as how many there are may depend on how long something took.
 */
export function namesIn(index: RunIndex): Names {
  return (id) => {
    const row = index.find(id);
    if (row === -1) return undefined;
    const { columns, names } = index;
    const [turn, kind, agent] = [columns.turn(row), columns.kind(row), columns.agent(row)];
    const place = `${turn}.${EVENT_TYPES[kind]}.${names.agents.name(agent) ?? ""}`;
    if (kind === SYSTEM) return place;
    const rows = index.rowsOf(agent, kind);
    let number = rows.rank(row);
    const own = number;
    while (number > 0 && columns.turn(rows.at(number - 1)) === turn) number--;
    return `${place}.${own - number}`;
  };
}
