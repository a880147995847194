import type { JsonValue, StateEvent } from "@llm-sim/events/schema";
import { StateFold } from "@llm-sim/events/state";
import type { RunView } from "../../reader/index.ts";
import { lastBefore, type Moment } from "../moment/index.ts";
import { stateEvents } from "./state-events.ts";

/**
 * The state at a moment. Each variable's last write before it is looked up in the variable's own list of writes, and only
 * those events are read: what it costs depends on how many variables there are, not on how much came before.
 */
export function foldAt(view: RunView, moment: Moment): StateFold {
  const { index } = view;
  const rows: number[] = [];
  for (const { agent, variable } of index.states.variables) {
    const row = lastBefore(index, index.states.writesOf(agent, variable), moment);
    if (row >= 0) rows.push(row);
  }
  const fold = new StateFold();
  // In the order of the log, where neighbours are read in one go, and agents come in the same order every time.
  rows.sort((a, b) => a - b);
  for (const event of stateEvents(view, rows)) if (event.change !== "removed") fold.apply(event);
  return fold;
}

/** The value that a STATE event leaves; `undefined` where the variable is gone. */
export function valueAfter(event: StateEvent): JsonValue | undefined {
  return event.change === "removed" ? undefined : event.new_value;
}
