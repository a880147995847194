import type { CallsAnswer, callsQuerySchema, ModelCall } from "@llm-sim/api";
import { eventNotFound, invalidArgument } from "../errors.ts";
import { callOf, isModelCall } from "../model-call/index.ts";
import type { Parsed } from "../parsed.ts";
import { decodeCursor, encodeCursor, hintsOf, requireOrder } from "../query/index.ts";
import type { RunView } from "../reader/index.ts";
import type { CallTable, KnownCall } from "./call-table.ts";
import { callsBehind, decisionOf } from "./decisions.ts";
import { totalsOf } from "./totals.ts";

type ParsedCallsQuery = Parsed<typeof callsQuerySchema>;

/** A page of the calls that match, and what all of them come to. */
export function listCalls(
  view: RunView,
  config: unknown,
  table: CallTable,
  query: ParsedCallsQuery,
): CallsList {
  requireOrder(query, "turn_start", "turn_end");
  const { index } = view;
  const { decision_id, cursor } = query;
  const decision = decision_id === undefined ? undefined : index.find(decision_id);
  const page = pageOfCalls(table, query, {
    behind: cursor === undefined ? -1 : decodeCursor(index, cursor),
    ...(decision !== undefined && { among: decision < 0 ? [] : callsBehind(index, table, decision) }),
  });
  return tellPage(view, config, query, page, page.calls);
}

/** What is answered of a page that is found, told out of events that have to be there. */
export function tellPage(
  view: RunView,
  config: unknown,
  { agent_ids, decision_id }: ParsedCallsQuery,
  { total, totals, hasMore }: CallsPage,
  calls: readonly KnownCall[],
): CallsList {
  const hints = hintsOf(view, config, { agent_ids, caused_by: decision_id });
  const last = calls.at(-1);
  return {
    simulation_id: view.id,
    calls: tellCalls(view, calls),
    total,
    has_more: hasMore,
    next_cursor: hasMore && last !== undefined ? encodeCursor(view.index, last.row) : null,
    ...totals,
    ...(hints.length > 0 && { hints }),
  };
}

/** Short of what can be said of how complete it is. */
export type CallsList = Omit<CallsAnswer, "complete" | "gaps">;

interface Matching {
  matching: readonly KnownCall[];
  totals: ReturnType<typeof totalsOf>;
}

/** Which of the calls that match are on a page, how many match, and what all of them come to. */
export interface CallsPage {
  calls: readonly KnownCall[];
  total: number;
  totals: Matching["totals"];
  hasMore: boolean;
}

/**
 * Finds a page among the calls of a table.
 *
 * @param behind the row that the page's cursor names; -1 where it has none
 * @param among these alone, of `decision_id`; without them all
 */
export function pageOfCalls(
  table: CallTable,
  query: ParsedCallsQuery,
  { behind, among }: { behind: number; among?: readonly KnownCall[] },
): CallsPage {
  const { decision_id: _decision, limit, offset, cursor: _cursor, ...criteria } = query;
  const match = (calls: readonly KnownCall[]): Matching => {
    const matching = calls.filter((call) => isAskedFor(call, query));
    return { matching, totals: totalsOf(matching) };
  };
  const { matching, totals } =
    among === undefined ? remembered(table, JSON.stringify(criteria), match) : match(among);
  const start = matching.findIndex(({ row }) => row > behind);
  const from = (start === -1 ? matching.length : start) + offset;
  const calls = matching.slice(from, from + limit);
  return { calls, total: matching.length, totals, hasMore: from + calls.length < matching.length };
}

/** Lists whose pages are asked for one after the other: so many of a run are kept, as long as there are no more calls. */
const REMEMBERED = 8;
const lists = new WeakMap<CallTable, Map<string, Matching & { of: number }>>();

function remembered(
  table: CallTable,
  criteria: string,
  among: (calls: readonly KnownCall[]) => Matching,
): Matching {
  const known = lists.get(table) ?? new Map<string, Matching & { of: number }>();
  lists.set(table, known);
  const before = known.get(criteria);
  if (before?.of === table.calls.length) return before;
  const list = { ...among(table.calls), of: table.calls.length };
  known.delete(criteria);
  known.set(criteria, list);
  const [oldest] = known.keys();
  if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
  return list;
}

function isAskedFor(call: KnownCall, query: ParsedCallsQuery): boolean {
  const { turn_start = 0, turn_end = Number.POSITIVE_INFINITY, purpose, model } = query;
  return (
    call.turn >= turn_start &&
    call.turn <= turn_end &&
    isOneOf(call.agent_id, query.agent_ids) &&
    isOneOf(call.actor, query.actors) &&
    isOneOf(call.status, query.status) &&
    isOneOf(call.outcome, query.outcome) &&
    (purpose === undefined || call.purpose === purpose) &&
    (model === undefined || call.model === model || call.served_model === model)
  );
}

/** An empty list is as good as none. */
function isOneOf<Value extends string>(
  value: Value | undefined,
  values: readonly Value[] | undefined,
): boolean {
  return values === undefined || values.length === 0 || (value !== undefined && values.includes(value));
}

/** As their events tell of them. */
export function tellCalls(view: RunView, calls: readonly KnownCall[]): ModelCall[] {
  const events = view.events(calls.map(({ row }) => row));
  return events.map((event, place) => {
    const known = calls[place];
    const call = isModelCall(event) ? callOf(event) : undefined;
    if (known === undefined || call === undefined) throw view.stale();
    const decision = decisionOf(view.index, known);
    return decision === undefined ? call : { ...call, decision_id: view.index.idOf(decision) };
  });
}

/** The call that an event is, or that a decision came of. Throws EVENT_NOT_FOUND, INVALID_ARGUMENT. */
export function callAt(view: RunView, table: CallTable, eventId: string): KnownCall {
  const row = view.index.find(eventId);
  if (row < 0) throw eventNotFound(view.id, eventId);
  const call = table.at(row) ?? callsBehind(view.index, table, row).at(-1);
  if (call !== undefined) return call;
  const { event_type } = view.event(row);
  const what =
    event_type === "DECISION"
      ? "no model call is known to be behind it"
      : `it is ${event_type}, no model call`;
  throw invalidArgument("event_id", `${what}; /simulations/${view.id}/calls lists those that there are`);
}
