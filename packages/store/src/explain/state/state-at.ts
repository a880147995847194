import { EVENT_TYPES } from "@llm-sim/events/schema";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";
import type { Gap, StateAnswer } from "../answers/index.ts";
import type { Moment } from "../moment/index.ts";
import { gapOf, lossesOf, type RecordedGap, type Recording } from "../recording/index.ts";
import { foldAt } from "./fold.ts";
import { lastTurnEnd, type TurnEnd } from "./turn-end.ts";

const STATE = EVENT_TYPES.indexOf("STATE");

/** The world at a moment, and whether it can be relied on. */
export function stateAt(view: RunView, moment: Moment, recording: Recording): StateAnswer {
  const { index } = view;
  const fold = foldAt(view, moment);
  const turnEnd = lastTurnEnd(view, moment);
  const losses = lossesBefore(view, moment);
  const isAtEnd =
    turnEnd !== undefined &&
    !isWrittenBetween(view, turnEnd.moment, moment) &&
    losses.every(({ row }) => index.order.rankOf(row) < turnEnd.moment.events);
  const hash = isAtEnd ? turnEnd.hash : undefined;
  const check = hash === undefined ? "none" : hash === fold.hash() ? "agrees" : "disagrees";
  const gaps = check === "agrees" ? [] : gapsAt(view, moment, losses, turnEnd, recording);
  if (check === "disagrees" && turnEnd !== undefined) gaps.push(disagreement(turnEnd));
  return {
    simulation_id: view.id,
    turn: moment.turn,
    ...(moment.events === 0 ? {} : { event_id: index.idOf(index.order.rowAt(moment.events - 1)) }),
    ...fold.toJSON(),
    check,
    ...(hash === undefined ? {} : { state_hash: hash }),
    exact: gaps.length === 0,
    gaps,
  };
}

/** What makes the state doubtful at a moment that no hash vouches for. */
function gapsAt(
  view: RunView,
  moment: Moment,
  losses: readonly RecordedGap[],
  turnEnd: TurnEnd | undefined,
  recording: Recording,
): Gap[] {
  const rankOf = (row: number): number => view.index.order.rankOf(row);
  const lastLoss = losses.reduce((last, { row }) => Math.max(last, rankOf(row)), -1);
  // A hash that agreed after the loss vouches for what came before it.
  const isHealed =
    losses.length > 0 &&
    turnEnd?.hash !== undefined &&
    turnEnd.moment.events > lastLoss &&
    turnEnd.moment.events < moment.events &&
    foldAt(view, turnEnd.moment).hash() === turnEnd.hash;
  const gaps = isHealed ? [] : losses.map(gapOf);
  if (recording.verbosity === undefined && !isWhole(view)) {
    gaps.push({
      kind: "partial",
      message: "The run records changes only: variables that have not changed yet are missing.",
    });
  }
  return gaps;
}

function lossesBefore(view: RunView, { events }: Moment): RecordedGap[] {
  const { order } = view.index;
  return lossesOf(view).filter((loss) => loss.concerns("STATE") && order.rankOf(loss.row) < events);
}

/** Whether each variable begins with an event of its own. */
function isWhole(view: RunView): boolean {
  const writes = view.index.rowsOf(NO_AGENT, STATE);
  if (writes.length === 0) return true;
  const first = view.event(writes.at(0));
  return first.event_type === "STATE" && first.change === "added";
}

function isWrittenBetween({ index }: RunView, from: Moment, to: Moment): boolean {
  if (from.events === to.events) return false;
  for (let rank = from.events; rank < to.events; rank++) {
    if (index.columns.kind(index.order.rowAt(rank)) === STATE) return true;
  }
  return false;
}

function disagreement({ event }: TurnEnd): Gap {
  return {
    kind: "disagreement",
    message: `The folded state is not the one whose hash the end of turn ${event.turn_number} carries: the log is damaged or incomplete; verify says where.`,
    event_id: event.event_id,
    turn_start: event.turn_number,
    turn_end: event.turn_number,
  };
}
