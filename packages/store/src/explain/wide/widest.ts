import { EVENT_TYPES } from "@llm-sim/events/schema";
import type * as z from "zod";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";
import type { WideDecision, WidestAnswer, widestQuerySchema } from "../answers/index.ts";
import { CHAINED, gapsOf } from "../certainty/index.ts";
import { eventsToTurn, now } from "../moment/index.ts";
import type { Pace } from "../pace/index.ts";
import type { Recording } from "../recording/index.ts";
import { clause, plural, upperFirst } from "../why/index.ts";
import { MAX_TOGETHER, MAX_WINDOW, type Reach, reachOf } from "./reach.ts";

const DECISION = EVENT_TYPES.indexOf("DECISION");

/** The decisions that most follows from, within a horizon: later on nearly everything follows from nearly everything. */
export async function widestOf(
  view: RunView,
  { horizon, limit }: z.output<typeof widestQuerySchema>,
  recording: Recording,
  pace: Pace,
): Promise<WidestAnswer> {
  const { index } = view;
  const rows = index.rowsOf(NO_AGENT, DECISION);
  const total = rows.length;
  let best: Reach[] = [];
  let isCut = false;
  for (let first = 0; first < total; ) {
    const turn = index.columns.turn[rows.at(first)] ?? 0;
    const together: number[] = [];
    for (; first < total && together.length < MAX_TOGETHER; first++) {
      const row = rows.at(first);
      if ((index.columns.turn[row] ?? 0) !== turn) break;
      together.push(row);
    }
    const start = together[0] ?? 0;
    const horizonEnd = index.order.ascending ? eventsToTurn(index, turn + horizon) : index.rows;
    const end = Math.min(Math.max(horizonEnd, start + 1), start + MAX_WINDOW);
    isCut ||= end < horizonEnd;
    best = [...best, ...reachOf(index, together, end)].sort(byWidth).slice(0, limit);
    await pace.breathe();
  }
  const gaps = gapsOf(
    { view, recording },
    { claim: "causes", from: 0, until: now(view), kinds: CHAINED, chain: { events: [], missing: [] } },
  );
  return {
    simulation_id: view.id,
    horizon,
    decisions: best.flatMap((reach) => described(view, reach)),
    total,
    truncated: isCut,
    complete: gaps.length === 0,
    gaps,
  };
}

function byWidth(a: Reach, b: Reach): number {
  return b.changes - a.changes || b.events - a.events || a.row - b.row;
}

function described(view: RunView, { row, events, changes }: Reach): WideDecision[] {
  const event = view.event(row);
  if (event.event_type !== "DECISION") return [];
  const { event_id, turn_number: turn, agent_id, decision_type } = event;
  const led = `that led to ${plural(events, "event")}, ${plural(changes, "change")} of the state among them`;
  const sentence = `${upperFirst(clause(event, view.agents))}; ${led}. [${event_id}]`;
  return [{ event_id, turn, agent_id, decision_type, sentence, events, changes }];
}
