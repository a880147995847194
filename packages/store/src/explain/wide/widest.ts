import { completenessOf, type WideDecision, type WidestAnswer, type widestQuerySchema } from "@llm-sim/api";
import { EVENT_TYPES } from "@llm-sim/events/schema";
import { countText } from "@llm-sim/events/words";
import type * as z from "zod";
import type { Pace } from "../../pace/index.ts";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";
import { RememberedSteps } from "../cause/index.ts";
import { CHAINED, gapsOf } from "../certainty/index.ts";
import type { Recording } from "../recording/index.ts";
import { eventsToTurn, now } from "../rows/index.ts";
import { clause, upperFirst } from "../why/index.ts";
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
  const remembered = new RememberedSteps(view);
  for (let next = 0; next < total; next += MAX_TOGETHER) {
    const some: number[] = [];
    rows.each(next, Math.min(total, next + MAX_TOGETHER), (row) => some.push(row));
    remembered.learn(some);
    await pace.yieldIfDue();
  }
  let best: Reach[] = [];
  let isCut = false;
  for (let next = 0; next < total; ) {
    const turn = index.columns.turn(rows.at(next));
    const together: number[] = [];
    for (; next < total && together.length < MAX_TOGETHER; next++) {
      const row = rows.at(next);
      if (index.columns.turn(row) !== turn) break;
      together.push(row);
    }
    const first = together[0] ?? 0;
    const lastTurn = turn + horizon;
    const horizonEnd = Math.max(eventsToTurn(index, lastTurn), first + 1);
    const window = {
      start: index.edges.hasLateCauses ? Math.max(0, first - MAX_WINDOW) : first,
      end: Math.min(horizonEnd, first + MAX_WINDOW),
      lastTurn,
    };
    isCut ||= window.end < horizonEnd;
    best = [...best, ...(await reachOf(index, together, window, remembered, pace))]
      .sort(byWidth)
      .slice(0, limit);
    await pace.yieldIfDue();
  }
  const gaps = gapsOf({ view, recording }, { claim: "causes", from: 0, until: now(view), kinds: CHAINED });
  return {
    simulation_id: view.id,
    horizon,
    decisions: best.flatMap((reach) => described(view, reach)),
    total,
    truncated: isCut,
    ...completenessOf(gaps),
  };
}

function byWidth(a: Reach, b: Reach): number {
  return b.changes - a.changes || b.events - a.events || a.row - b.row;
}

function described(view: RunView, { row, events, changes }: Reach): WideDecision[] {
  const event = view.event(row);
  if (event.event_type !== "DECISION") return [];
  const { event_id, turn_number: turn, agent_id, decision_type } = event;
  const led = `that led to ${countText(events, "event")}, ${countText(changes, "change")} of the state among them`;
  const sentence = `${upperFirst(clause(event, view.agents))}; ${led}.`;
  return [{ event_id, turn, agent_id, decision_type, sentence, events, changes }];
}
