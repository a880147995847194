import { exactnessOf, type Gap, isHole, type StateAnswer } from "@llm-sim/api";
import { EVENT_TYPES, type StateEvent } from "@llm-sim/events/schema";
import type { StateFold } from "@llm-sim/events/state";
import { eachPaced, type Pace } from "../../pace/index.ts";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";
import { gapsOf, type RestsOn, WriteCheck } from "../certainty/index.ts";
import type { Recording } from "../recording/index.ts";
import { firstAfter, lastBefore, type Moment } from "../rows/index.ts";
import { readAt } from "./fold.ts";
import { stateEvents } from "./state-events.ts";
import { lastTurnEnd, type TurnEnd } from "./turn-end.ts";

const STATE = EVENT_TYPES.indexOf("STATE");
const MILESTONE = EVENT_TYPES.indexOf("MILESTONE");
const SYSTEM = EVENT_TYPES.indexOf("SYSTEM");

/** The world at a moment, and whether it can be relied on. */
export async function stateAt(
  view: RunView,
  moment: Moment,
  recording: Recording,
  pace: Pace,
): Promise<StateAnswer> {
  const { index } = view;
  // Before others get their turn: the log may grow meanwhile.
  const turnEnd = lastTurnEnd(view, moment);
  const turnEnded = withTurnEnded(view, moment, turnEnd);
  const { fold, altered } = await readAt(view, moment, pace);
  const rests: RestsOn = { claim: "values", from: 0, until: moment, kinds: ["STATE"] };
  const since = turnEnd && sinceTurnEnd(view, turnEnd, moment, recording, rests);
  const hash = since !== undefined && !since.some(isHole) ? turnEnd?.hash : undefined;
  const check = hash === undefined ? "none" : hash === fold.hash() ? "agrees" : "disagrees";
  const gaps =
    check === "agrees"
      ? (since ?? [])
      : await gapsAt(view, moment, { fold, altered, turnEnd, check, pace }, rests, recording);
  return {
    simulation_id: view.id,
    turn: moment.turn,
    ...turnEnded,
    ...(moment.events === 0 ? {} : { event_id: index.idOf(moment.events - 1) }),
    ...fold.toJSON(),
    check,
    ...(hash === undefined ? {} : { state_hash: hash }),
    ...exactnessOf(gaps),
  };
}

/** Whether the moment's turn is over then. */
function withTurnEnded(
  view: RunView,
  moment: Moment,
  turnEnd: TurnEnd | undefined,
): Pick<StateAnswer, "turn_ended"> {
  if (moment.end === "event")
    return { turn_ended: turnEnd !== undefined && isSameEnd(view, turnEnd, moment) };
  // What comes after the end of a turn is of a later one.
  if (moment.events < view.index.rows) return { turn_ended: true };
  return turnEnd === undefined ? {} : { turn_ended: turnEnd.moment.turn === moment.turn };
}

interface Found {
  fold: StateFold;
  altered: readonly StateEvent[];
  turnEnd: TurnEnd | undefined;
  check: StateAnswer["check"];
  pace: Pace;
}

/** What makes the state doubtful at a moment that no hash vouches for. */
async function gapsAt(
  view: RunView,
  moment: Moment,
  { fold, altered, turnEnd, check, pace }: Found,
  all: RestsOn,
  recording: Recording,
): Promise<Gap[]> {
  const { writes, isPartial } = await checked(view, moment, fold, altered, pace);
  const rests: RestsOn = {
    ...all,
    writes,
    isPartial: isPartial || !isWhole(view),
    hash:
      check === "disagrees" && turnEnd !== undefined
        ? { check, turn: turnEnd.event.turn_number, event_id: turnEnd.event.event_id }
        : undefined,
  };
  const run = { view, recording };
  const gaps = gapsOf(run, rests);
  if (check !== "none" || gaps.length === 0 || turnEnd?.hash === undefined) return gaps;
  // A hash that agreed vouches for what came before it.
  if ((await readAt(view, turnEnd.moment, pace)).fold.hash() !== turnEnd.hash) return gaps;
  const { index } = view;
  const from = turnEnd.moment.events;
  const later = altered.filter(({ event_id }) => index.find(event_id) >= from);
  return gapsOf(run, { ...rests, from, ...(await checked(view, moment, fold, later, pace)) });
}

/** Whether the next write of each variable follows from its value at the moment. */
async function checked(
  view: RunView,
  moment: Moment,
  fold: StateFold,
  altered: readonly StateEvent[],
  pace: Pace,
): Promise<{ writes: WriteCheck; isPartial: boolean }> {
  const { index } = view;
  const { states, names, columns } = index;
  const writes = new WriteCheck();
  const next: number[] = [];
  let isPartial = false;
  const unwritten = new Set<number>();
  await eachPaced(states.variables, pace, ({ agent, variable }) => {
    const list = states.writesOf(agent, variable);
    const following = firstAfter(list, moment);
    if (following < 0) return;
    next.push(following);
    const last = lastBefore(list, moment);
    const agent_id = agent === NO_AGENT ? undefined : names.agents.name(agent);
    const variable_name = names.variables.name(variable) ?? "";
    if (last < 0) unwritten.add(following);
    else {
      const turn = columns.turn(last);
      const new_value = fold.get(agent_id, variable_name);
      writes.stands({ agent_id, variable_name, event_id: "", turn, new_value });
    }
  });
  for (const event of altered) writes.stands({ ...event, turn: event.turn_number });
  next.sort((a, b) => a - b);
  let place = 0;
  for await (const event of stateEvents(view, next, pace)) {
    if (unwritten.has(next[place++] ?? -1))
      isPartial ||= event.change !== "added" && event.old_value !== null;
    else writes.follows({ ...event, turn: event.turn_number });
  }
  return { writes, isPartial };
}

/** Whether the run records its variables from their start. */
export function isWhole(view: RunView): boolean {
  const writes = view.index.rowsOf(NO_AGENT, STATE);
  if (writes.length === 0) return true;
  const first = view.event(writes.at(0));
  return first.event_type === "STATE" && (first.change === "added" || first.old_value === null);
}

function isWrittenBetween({ index }: RunView, from: Moment, to: Moment): boolean {
  if (from.events === to.events) return false;
  for (let row = from.events; row < to.events; row++) {
    if (index.columns.kind(row) === STATE) return true;
  }
  return false;
}

/** Why the state may be another than that of the turn's end before it; `undefined` where it was written since. */
function sinceTurnEnd(
  view: RunView,
  turnEnd: TurnEnd,
  moment: Moment,
  recording: Recording,
  rests: RestsOn,
): Gap[] | undefined {
  if (isWrittenBetween(view, turnEnd.moment, moment)) return undefined;
  const gaps = gapsOf({ view, recording }, { ...rests, from: turnEnd.moment.events });
  if (!isSameEnd(view, turnEnd, moment)) return gaps;
  // A simulation writes nothing between the end of a turn and the next: what is missing there is no write.
  const isKnown = recording.manifest?.causes?.by === "simulation" && moment.end !== "event";
  return isKnown ? [] : gaps.filter(isHole);
}

/** Whether nothing but marks stands between the end of the turn and the moment. */
function isSameEnd({ index }: RunView, turnEnd: TurnEnd, { events, turn }: Moment): boolean {
  if (turnEnd.moment.turn !== turn) return false;
  for (let row = turnEnd.moment.events; row < events; row++) {
    const kind = index.columns.kind(row);
    if (kind !== MILESTONE && kind !== SYSTEM) return false;
  }
  return true;
}
