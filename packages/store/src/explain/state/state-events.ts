import type { StateEvent } from "@llm-sim/events/schema";
import type { RunView } from "../../reader/index.ts";

/** Events held at a time. */
const BATCH = 4096;

/** The STATE events of these rows, in their order. */
export function* stateEvents(view: RunView, rows: readonly number[]): Generator<StateEvent> {
  for (let start = 0; start < rows.length; start += BATCH) {
    for (const event of view.events(rows.slice(start, start + BATCH))) {
      if (event.event_type === "STATE") yield event;
    }
  }
}
