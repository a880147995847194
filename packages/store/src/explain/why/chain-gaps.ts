import { type Event, includesLevel } from "@llm-sim/events/schema";
import type { RunView } from "../../reader/index.ts";
import type { Gap } from "../answers/index.ts";
import { gapOf, lossesOf, type Recording } from "../recording/index.ts";
import type { Walk } from "./walk.ts";

const MAX_GAPS = 20;

/** Where a walk through the causes cannot be the whole truth. */
export function chainGaps(
  view: RunView,
  { steps, missing }: Walk,
  events: ReadonlyMap<number, Event>,
  recording: Recording,
  turns: { from: number; to: number },
): Gap[] {
  const gaps: Gap[] = [...verbosityGap(events.get(steps[0]?.row ?? -1), recording)];
  for (const { event_id, row } of missing.slice(0, MAX_GAPS)) {
    gaps.push({
      kind: "missing_cause",
      message: `${view.index.idOf(row)} names ${event_id} as its cause, which is not in the log.`,
      event_id: view.index.idOf(row),
      turn_start: view.index.columns.turn[row] ?? 0,
      turn_end: view.index.columns.turn[row] ?? 0,
    });
  }
  for (const event of events.values()) {
    if (event.causes_omitted === undefined || gaps.length >= 2 * MAX_GAPS) continue;
    gaps.push({
      kind: "causes_omitted",
      message: `${event.event_id} had ${event.causes_omitted} more causes than the 64 it names.`,
      event_id: event.event_id,
      turn_start: event.turn_number,
      turn_end: event.turn_number,
    });
  }
  const losses = lossesOf(view).filter(
    ({ turn_start, turn_end }) => turn_end >= turns.from && turn_start <= turns.to,
  );
  return [...gaps, ...losses.slice(-MAX_GAPS).map(gapOf)];
}

function verbosityGap(event: Event | undefined, { verbosity }: Recording): Gap[] {
  if (verbosity === undefined || includesLevel(verbosity, "STATE") || event?.event_type === "MILESTONE")
    return [];
  const what = includesLevel(verbosity, "ACTION")
    ? "what was read and what changed"
    : "what was read, done and changed";
  return [
    {
      kind: "verbosity",
      message: `The run was recorded at ${verbosity}: ${what} is left out, and verbosity STATE would have shown it.`,
      needed_verbosity: "STATE",
    },
  ];
}
