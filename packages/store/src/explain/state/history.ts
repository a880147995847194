import { completenessOf, type HistoryAnswer, type historyQuerySchema } from "@llm-sim/api";
import type { VariableId } from "@llm-sim/events/naming";
import { EVENT_TYPES, type JsonValue, type StateEvent } from "@llm-sim/events/schema";
import type * as z from "zod";
import type { Pace } from "../../pace/index.ts";
import { requireOrder } from "../../query/index.ts";
import type { RunView } from "../../reader/index.ts";
import { CauseLabels } from "../cause/index.ts";
import { gapsOf, WriteCheck } from "../certainty/index.ts";
import type { Recording } from "../recording/index.ts";
import { eventsToTurn, now, rowsBefore, withinAnswer } from "../rows/index.ts";
import { stateEvents } from "./state-events.ts";
import { findVariable } from "./variable.ts";

type Query = z.output<typeof historyQuerySchema>;

/** A page of a variable's writes. */
export interface PageOfWrites {
  variable: VariableId;
  /** In the order of the log. */
  rows: readonly number[];
  /** The write before the first of them, of whatever turn. */
  before: number | undefined;
  /** Of all writes in the turns that are asked for. */
  total: number;
}

/** All writes of one variable, a page of them. */
export async function historyOf(
  view: RunView,
  query: Query,
  recording: Recording,
  pace: Pace,
): Promise<HistoryAnswer> {
  const { turn_start: first = 0, turn_end: last = Number.POSITIVE_INFINITY, offset, limit } = query;
  requireOrder(query, "turn_start", "turn_end");
  const { name, agent_id, writes } = findVariable(view, query.variable, query.agent_id);
  const all = rowsBefore(writes, now(view));
  const matching = all.filter((row) => {
    const turn = view.index.columns.turn(row);
    return turn >= first && turn <= last;
  });
  const rows = matching.slice(offset, offset + limit);
  const before = all[all.indexOf(rows[0] ?? -1) - 1];
  const found = { variable: { agent_id, variable_name: name }, rows, before, total: matching.length };
  return historyPage(view, query, found, recording, pace);
}

/** What a page of writes tells, where only these and what they name may be there. */
export async function historyPage(
  view: RunView,
  query: Query,
  { variable, rows, before, total }: PageOfWrites,
  recording: Recording,
  pace: Pace,
): Promise<HistoryAnswer> {
  const { turn_start: first = 0, turn_end: last = Number.POSITIVE_INFINITY, offset } = query;
  const { index } = view;
  const end = now(view);
  const page = withinAnswer(index, rows);
  const causes = new CauseLabels(view);
  const check = new WriteCheck();
  const missing: { event_id: string; row: number }[] = [];
  for await (const event of stateEvents(view, before === undefined ? [] : [before], pace)) {
    check.stands({ ...event, turn: event.turn_number, new_value: valueAfter(event), lossy: [] });
  }
  const writes: HistoryAnswer["writes"] = [];
  for await (const event of stateEvents(view, page, pace)) {
    const place = writes.length;
    check.write({ ...event, turn: event.turn_number, new_value: valueAfter(event) });
    for (const id of index.edges.causesOf(page[place] ?? 0))
      if (typeof id === "string") missing.push({ event_id: id, row: page[place] ?? 0 });
    const cause = causes.of(page[place] ?? 0, event);
    writes.push({
      turn: event.turn_number,
      event_id: event.event_id,
      old_value: event.old_value,
      new_value: event.new_value,
      ...(event.change === undefined ? {} : { change: event.change }),
      ...(cause.row === undefined
        ? {}
        : {
            cause: {
              event_id: index.idOf(cause.row),
              event_type: EVENT_TYPES[index.columns.kind(cause.row)] ?? "MILESTONE",
              label: cause.label,
            },
          }),
    });
  }
  const gaps = gapsOf(
    { view, recording },
    {
      claim: "values",
      from: first === 0 ? 0 : eventsToTurn(index, first - 1),
      until: last >= end.turn ? end : { turn: last, events: eventsToTurn(index, last), end: "turn" },
      turns: { from: first, to: last },
      writes: check,
      chain: { events: [], missing },
    },
  );
  return {
    simulation_id: view.id,
    variable: variable.variable_name,
    ...(variable.agent_id === undefined ? {} : { agent_id: variable.agent_id }),
    writes,
    total,
    has_more: offset + page.length < total,
    ...completenessOf(gaps),
  };
}

/** `undefined` where the variable went. */
function valueAfter({ change, new_value }: StateEvent): JsonValue | undefined {
  return change === "removed" ? undefined : new_value;
}
