import { type CallAnswer, completenessOf, type Gap } from "@llm-sim/api";
import type { Pace } from "../pace/index.ts";
import type { RunView } from "../reader/index.ts";
import type { Tape } from "../tape/index.ts";
import type { CallTable, KnownCall } from "./call-table.ts";
import { tellCalls } from "./list-calls.ts";
import { NOTHING_TOLD, type Told, toldOnTape } from "./told-on-tape.ts";

/** One call, as its event and the tape tell of it. */
export async function tellCall(
  view: RunView,
  table: CallTable,
  tape: Tape,
  known: KnownCall,
  delta: boolean,
  pace: Pace,
): Promise<CallAnswer> {
  const event = view.event(known.row);
  const [call] = tellCalls(view, [known]);
  if (call === undefined) throw view.stale();
  const attempts = tellCalls(view, table.attemptsOf(call.call));
  const eventIdOf = (text: string) => {
    const row = table.find(text)?.row;
    return row === undefined ? undefined : view.index.idOf(row);
  };
  const { missing, previous, ...told } = await whatTheTapeHas(tape, call, delta, pace);
  const gaps = missing.map((message): Gap => {
    const { turn, event_id } = call;
    return { kind: "tape", message, turn_start: turn, turn_end: turn, event_id };
  });
  return {
    simulation_id: view.id,
    event_id: call.event_id,
    call,
    event,
    attempts,
    ...told,
    ...(previous && { previous: { event_id: eventIdOf(previous.call), ...previous } }),
    ...completenessOf(gaps),
  };
}

async function whatTheTapeHas(
  tape: Tape,
  { call, outcome }: Pick<CallAnswer["call"], "call" | "outcome">,
  delta: boolean,
  pace: Pace,
): Promise<Told> {
  const index = await tape.look();
  if (index === undefined)
    return NOTHING_TOLD("The run has no tape.jsonl: what was asked and answered is not on record.");
  if (typeof index === "string") return NOTHING_TOLD(`${index}.`);
  const entry = index.find(call, outcome);
  if (entry === undefined) {
    const { unreadableCount: unread } = index;
    const damage = unread === 0 ? "" : `; ${unread} ${unread === 1 ? "line" : "lines"} of it cannot be read`;
    return NOTHING_TOLD(`The tape has no entry ${call}${damage}.`);
  }
  return tape.reading((read) => toldOnTape({ index, entry, read, pace, delta }));
}
