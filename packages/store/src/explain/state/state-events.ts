import type { StateEvent } from "@llm-sim/events/schema";
import type { RunView } from "../../reader/index.ts";
import { batchesOf } from "../rows/index.ts";

/** The STATE events of these rows, in their order. */
export function* stateEvents(view: RunView, rows: readonly number[]): Generator<StateEvent> {
  for (const batch of batchesOf(view.index, rows)) {
    for (const event of view.events(batch)) {
      if (event.event_type === "STATE") yield event;
    }
  }
}
