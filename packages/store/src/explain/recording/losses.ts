import { LOSS_TYPES } from "@llm-sim/events/read";
import { EVENT_TYPES, type Event, type EventType, type SystemEvent } from "@llm-sim/events/schema";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT, type RunIndex } from "../../run-index/index.ts";
import type { Gap } from "../answers/index.ts";
import { batchesOf } from "../rows/index.ts";

const SYSTEM = EVENT_TYPES.indexOf("SYSTEM");
/** In bytes; a warning of a loss is a few hundred, a model's answer can be anything. */
const MAX_WARNING = 65_536;

/** What the log says is missing from it. */
export interface RecordedGap {
  row: number;
  event: SystemEvent;
  turn_start: number;
  turn_end: number;
  /** Whether events of this kind may be among what was lost. */
  concerns(kind: EventType): boolean;
}

// An index only grows, and is replaced where the log turns out to be another: what has been looked through stays so.
const known = new WeakMap<RunIndex, { scanned: number; losses: RecordedGap[] }>();

/** The recorded losses, in the order of the log. Only what has come since the last time is read. */
export function lossesOf(view: RunView): readonly RecordedGap[] {
  const before = known.get(view.index) ?? { scanned: 0, losses: [] };
  const found = { scanned: before.scanned, losses: [...before.losses] };
  const rows = view.index.rowsOf(NO_AGENT, SYSTEM);
  const fresh: number[] = [];
  for (; found.scanned < rows.length; found.scanned++) {
    const row = rows.at(found.scanned);
    if ((view.index.columns.length[row] ?? 0) <= MAX_WARNING) fresh.push(row);
  }
  for (const batch of batchesOf(view.index, fresh)) {
    const lines = view.lines(batch);
    for (const [place, row] of batch.entries()) {
      const mayBeLoss = LOSS_TYPES.some((type) => lines[place]?.includes(`"${type}"`));
      const loss = mayBeLoss ? lossIn(row, view.event(row)) : undefined;
      if (loss) found.losses.push(loss);
    }
  }
  known.set(view.index, found);
  return found.losses;
}

export function gapOf({ event, turn_start, turn_end }: RecordedGap): Gap {
  const turns = turn_start === turn_end ? `turn ${turn_end}` : `turns ${turn_start} to ${turn_end}`;
  return {
    kind: "loss",
    message: `Events of ${turns} were lost: ${event.description ?? event.error_type ?? "the log does not say how"}`,
    event_id: event.event_id,
    turn_start,
    turn_end,
  };
}

function lossIn(row: number, event: Event): RecordedGap | undefined {
  if (event.event_type !== "SYSTEM" || event.status !== "warning") return undefined;
  if (!LOSS_TYPES.some((type) => type === event.error_type)) return undefined;
  const { counts, turn_start, turn_end } = event.details ?? {};
  const byKind = typeof counts === "object" && counts !== null && !Array.isArray(counts) ? counts : undefined;
  return {
    row,
    event,
    turn_start: typeof turn_start === "number" ? turn_start : event.turn_number,
    turn_end: typeof turn_end === "number" ? turn_end : event.turn_number,
    concerns: (kind) => byKind === undefined || byKind[kind] !== undefined,
  };
}
