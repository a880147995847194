import { completenessOf, type FindAnswer, type findQuerySchema, type WatchMoment } from "@llm-sim/api";
import { isBeyondDouble } from "@llm-sim/events/read";
import type { Event, StateEvent } from "@llm-sim/events/schema";
import { type Watch, type WatchChange, WatchTracker } from "@llm-sim/events/watch";
import type * as z from "zod";
import type { Pace } from "../../pace/index.ts";
import { RowBitmap } from "../../query/index.ts";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";
import { gapsOf, WriteCheck } from "../certainty/index.ts";
import type { Recording } from "../recording/index.ts";
import { batchesOf, now } from "../rows/index.ts";
import { isWhole, isWritten } from "../state/index.ts";
import { clause, upperFirst } from "../why/index.ts";
import { compileFor } from "./compile.ts";

/** When a condition on the state became true, from the first event to the last. Only the variables it names are read. */
export async function findIn(
  view: RunView,
  query: z.output<typeof findQuerySchema>,
  recording: Recording,
  pace: Pace,
): Promise<FindAnswer> {
  const watch = compileFor(view, query.expression);
  const tracker = new WatchTracker(watch, (variable) => isWritten(view, variable));
  const found = new FoundMoments<number>(query);
  const writes = new WriteCheck();
  const rows = relevantRows(view, watch, tracker);
  for (const batch of batchesOf(view.index, rows)) {
    for (const [place, event] of view.events(batch).entries()) {
      const row = batch[place] ?? -1;
      const write = event.event_type === "STATE" ? event : undefined;
      const counted = write === undefined ? undefined : inDoubles(view, row, write);
      found.take(tracker.event(event.turn_number, counted), row);
      if (write !== undefined) writes.event(write);
    }
    await pace.yieldIfDue();
  }
  return toldMoments(view, query, watch, found, recording, writes, pace);
}

/** As an answer: what is told of moments is read from their events. */
export async function toldMoments(
  view: RunView,
  { expression, offset }: Pick<z.output<typeof findQuerySchema>, "expression" | "offset">,
  watch: Watch,
  found: Pick<FoundMoments<number>, "moments" | "total">,
  recording: Recording,
  writes: WriteCheck,
  pace: Pace,
): Promise<FindAnswer> {
  const { index } = view;
  const moments: WatchMoment[] = [];
  const events = new Map<number, Event>();
  const rows = [...new Set(found.moments.map(({ at }) => at))].toSorted((a, b) => a - b);
  for (const batch of batchesOf(index, rows)) {
    for (const [place, event] of view.events(batch).entries()) events.set(batch[place] ?? -1, event);
    await pace.yieldIfDue();
  }
  for (const { agent_id, at, ended } of found.moments) {
    const event = events.get(at);
    if (event === undefined) throw view.stale();
    const whose = agent_id === undefined ? "" : ` for ${agent_id}`;
    moments.push({
      turn: event.turn_number,
      event_id: event.event_id,
      ...(agent_id === undefined ? {} : { agent_id }),
      sentence: `${upperFirst(clause(event, view.agents))}: from here on ${watch.text}${whose}.`,
      ...(ended === undefined
        ? {}
        : { ended: { turn: index.columns.turn(ended), event_id: index.idOf(ended) } }),
    });
  }
  const gaps = gapsOf(
    { view, recording },
    {
      claim: "values",
      from: 0,
      until: now(view),
      // A turn begins with the first of its events, of whatever kind.
      kinds: watch.usesTurn ? undefined : ["STATE"],
      writes,
      isPartial: !isWhole(view),
    },
  );
  return {
    simulation_id: view.id,
    expression,
    moments,
    total: found.total,
    has_more: found.total > offset + moments.length,
    ...completenessOf(gaps),
  };
}

/** A change whose value can be compared with numbers: of one beyond a double, which is told by its digits, the nearest. */
function inDoubles(view: RunView, row: number, write: StateEvent): StateEvent {
  const { new_value } = write;
  if (typeof new_value !== "string" || !/^-?\d/.test(new_value) || !isBeyondDouble(new_value)) return write;
  const [event] = view.eventsInDoubles([row]);
  return event?.event_type === "STATE" ? event : write;
}

/** A condition became true, and ceased to be where it did: `Place` says at which event. */
export interface FoundMoment<Place> {
  agent_id: string | undefined;
  at: Place;
  ended?: Place;
}

/** A page of moments, and how many there are. */
export class FoundMoments<Place> {
  readonly moments: FoundMoment<Place>[] = [];
  total = 0;
  readonly #page: { offset: number; limit: number };
  /** Moments of the page that have not ended. */
  readonly #open = new Map<string | undefined, FoundMoment<Place>>();

  constructor({ offset, limit }: { offset: number; limit: number }) {
    this.#page = { offset, limit };
  }

  /** To be called in the order of the log. */
  take(changes: readonly WatchChange[], at: Place): void {
    for (const { agent_id, became } of changes) {
      if (!became) {
        const moment = this.#open.get(agent_id);
        if (moment !== undefined) moment.ended = at;
        this.#open.delete(agent_id);
        continue;
      }
      this.total++;
      if (this.total <= this.#page.offset || this.moments.length === this.#page.limit) continue;
      const moment = { agent_id, at };
      this.moments.push(moment);
      this.#open.set(agent_id, moment);
    }
  }
}

/**
 * The first event, the writes of the variables that the expression names, and, where it looks at the turn, the first event of
 * each turn; in order.
 */
function relevantRows(view: RunView, watch: Watch, tracker: WatchTracker): number[] {
  const { index } = view;
  const { names, states } = index;
  const rows = new RowBitmap(index.rows);
  if (index.rows > 0) rows.add(0);
  for (const { agent, variable } of states.variables) {
    const agentId = agent === NO_AGENT ? undefined : names.agents.name(agent);
    if (!tracker.watches(agentId, names.variables.name(variable) ?? "")) continue;
    const writes = states.writesOf(agent, variable);
    writes.each(0, writes.rank(index.rows), (row) => rows.add(row));
  }
  if (watch.usesTurn) for (const row of index.order.turnChanges()) rows.add(row);
  return rows.take(0, rows.total);
}
