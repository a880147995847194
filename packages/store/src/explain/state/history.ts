import { EVENT_TYPES } from "@llm-sim/events/schema";
import type * as z from "zod";
import type { RunView } from "../../reader/index.ts";
import type { HistoryAnswer, historyQuerySchema } from "../answers/index.ts";
import { CauseLabels } from "../cause/index.ts";
import { now, rowsBefore } from "../moment/index.ts";
import { gapOf, lossesOf } from "../recording/index.ts";
import { withinAnswer } from "../rows/index.ts";
import { stateEvents } from "./state-events.ts";
import { findVariable } from "./variable.ts";

/** All writes of one variable, a page of them. */
export function historyOf(view: RunView, query: z.output<typeof historyQuerySchema>): HistoryAnswer {
  const { turn_start: first = 0, turn_end: last = Number.POSITIVE_INFINITY, offset, limit } = query;
  const { index } = view;
  const variable = findVariable(view, query.variable, query.agent_id);
  const rows = rowsBefore(index, variable.writes, now(view)).filter((row) => {
    const turn = index.columns.turn[row] ?? 0;
    return turn >= first && turn <= last;
  });
  const page = withinAnswer(index, rows.slice(offset, offset + limit));
  const causes = new CauseLabels(view);
  const writes = [...stateEvents(view, page)].map((event, place) => {
    const cause = causes.of(page[place] ?? 0, event);
    return {
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
    };
  });
  const losses = lossesOf(view).filter(
    (loss) => loss.concerns("STATE") && loss.turn_end >= first && loss.turn_start <= last,
  );
  return {
    simulation_id: view.id,
    variable: variable.name,
    ...(variable.agent_id === undefined ? {} : { agent_id: variable.agent_id }),
    writes,
    total: rows.length,
    has_more: offset + page.length < rows.length,
    gaps: losses.map(gapOf),
  };
}
