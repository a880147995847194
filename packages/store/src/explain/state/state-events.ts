import type { StateEvent } from "@llm-sim/events/schema";
import type { Pace } from "../../pace/index.ts";
import type { RunView } from "../../reader/index.ts";
import { batchesOf } from "../rows/index.ts";

/** The STATE events of these rows, in their order. */
export async function* stateEvents(
  view: RunView,
  rows: readonly number[],
  pace: Pace,
): AsyncGenerator<StateEvent> {
  for (const batch of batchesOf(view.index, rows)) {
    for (const event of view.events(batch)) {
      if (event.event_type === "STATE") yield event;
    }
    await pace.yieldIfDue();
  }
}
