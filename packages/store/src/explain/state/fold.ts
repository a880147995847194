import type { JsonValue, StateEvent } from "@llm-sim/events/schema";
import { StateFold } from "@llm-sim/events/state";
import { eachPaced, type Pace } from "../../pace/index.ts";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";
import { lineMember } from "../cause/index.ts";
import { batchesOf, lastBefore, type Moment } from "../rows/index.ts";

const NEW_VALUE = Buffer.from('"new_value":');
const CHANGE = Buffer.from('"change":');
const LOSSY = Buffer.from('"lossy":');

/**
 * The state at a moment, with the writes whose values are not the ones that were written. Each variable's last write before it is looked up in the variable's own list of writes, and only
 * those events are read: what it costs depends on how many variables there are, not on how much came before.
 */
export async function readAt(
  view: RunView,
  moment: Moment,
  pace: Pace,
): Promise<{ fold: StateFold; altered: StateEvent[] }> {
  const { index } = view;
  const written = new Map<number, { agent_id: string | undefined; variable_name: string }>();
  await eachPaced(index.states.variables, pace, ({ agent, variable }) => {
    const row = lastBefore(index.states.writesOf(agent, variable), moment);
    if (row < 0) return;
    const agent_id = agent === NO_AGENT ? undefined : index.names.agents.name(agent);
    written.set(row, { agent_id, variable_name: index.names.variables.name(variable) ?? "" });
  });
  const fold = new StateFold();
  const altered: StateEvent[] = [];
  // In the order of the log, where neighbours are read in one go, and agents come in the same order every time.
  for (const batch of batchesOf(
    index,
    [...written.keys()].sort((a, b) => a - b),
  )) {
    for (const [place, line] of view.lines(batch).entries()) {
      const row = batch[place] ?? -1;
      const variable = written.get(row);
      const lossy = lossyWrite(view, row, line);
      if (lossy !== undefined) altered.push(lossy);
      const new_value = writtenValue(view, row, line);
      if (variable !== undefined && new_value !== undefined) fold.apply({ ...variable, new_value });
    }
    await pace.yieldIfDue();
  }
  return { fold, altered };
}

/** The write, where what was recorded is not all that was written. */
export function lossyWrite(view: RunView, row: number, line: Buffer): StateEvent | undefined {
  if (!line.includes(LOSSY)) return undefined;
  const event = view.event(row);
  return event.event_type === "STATE" ? event : undefined;
}

/** What a write made of its variable; `undefined` where the variable went. */
export function writtenValue(view: RunView, row: number, line: Buffer): JsonValue | undefined {
  return plainValue(line) ?? valueAfter(view, row);
}

/** Without parsing the line, where it is laid out as usual; a removal is always parsed. */
function plainValue(line: Buffer): JsonValue | undefined {
  return line.includes(CHANGE) ? undefined : lineMember(line, NEW_VALUE);
}

/** @returns `undefined` where the variable went */
function valueAfter(view: RunView, row: number): JsonValue | undefined {
  const event = view.event(row);
  if (event.event_type !== "STATE") throw view.stale();
  return event.change === "removed" ? undefined : event.new_value;
}
