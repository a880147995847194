import type { Phase, PhasesAnswer, phasesQuerySchema } from "@llm-sim/api";
import { EVENT_TYPES } from "@llm-sim/events/schema";
import { listCompleteness } from "../explain/certainty/index.ts";
import type { Recording } from "../explain/recording/index.ts";
import { batchesOf, now } from "../explain/rows/index.ts";
import type { Pace } from "../pace/index.ts";
import type { Parsed } from "../parsed.ts";
import type { RunView } from "../reader/index.ts";
import { NO_AGENT } from "../run-index/index.ts";

const MILESTONE = EVENT_TYPES.indexOf("MILESTONE");
const TRANSITION = Buffer.from("phase_transition");
const ESCAPE = Buffer.from("\\u");

/** The phases that a run went through; each goes on until the next begins. */
export async function phasesOf(
  view: RunView,
  recording: Recording,
  { limit, offset }: Parsed<typeof phasesQuerySchema>,
  pace: Pace,
): Promise<PhasesAnswer> {
  const { index } = view;
  const milestones = index.rowsOf(NO_AGENT, MILESTONE);
  const rows: number[] = [];
  milestones.each(0, milestones.length, (row) => rows.push(row));
  const found: number[] = [];
  for (const batch of batchesOf(index, rows)) {
    const lines = view.lines(batch);
    found.push(...batch.filter((_, place) => mayBeTransition(lines[place])));
    await pace.yieldIfDue();
  }
  const phases: Phase[] = [];
  for (const batch of batchesOf(index, found)) {
    for (const event of view.events(batch)) {
      if (event.event_type !== "MILESTONE" || event.milestone_type !== "phase_transition") continue;
      const { event_id, turn_number: turn, name = "", description } = event;
      const before = phases.at(-1);
      if (before !== undefined) before.turn_end = Math.max(before.turn_start, turn);
      phases.push({
        name,
        event_id,
        turn_start: turn,
        turn_end: turn,
        ...(description !== undefined && { description }),
      });
    }
    await pace.yieldIfDue();
  }
  const last = phases.at(-1);
  if (last !== undefined) last.turn_end = Math.max(last.turn_start, now(view).turn);
  const page = phases.slice(offset, offset + limit);
  return {
    simulation_id: view.id,
    phases: page,
    total: phases.length,
    has_more: offset + page.length < phases.length,
    ...listCompleteness({ view, recording }, { event_types: ["MILESTONE"] }),
  };
}

/** Whether it is worth to be parsed. */
function mayBeTransition(line: Buffer | undefined): boolean {
  return line !== undefined && (line.includes(TRANSITION) || line.includes(ESCAPE));
}
