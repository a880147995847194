import { completenessOf, type FindAnswer, type findQuerySchema, type WatchMoment } from "@llm-sim/api";
import type { KnownAgents } from "@llm-sim/events/naming";
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
  { expression, limit, offset }: z.output<typeof findQuerySchema>,
  recording: Recording,
  pace: Pace,
): Promise<FindAnswer> {
  const watch = compileFor(view, expression);
  const tracker = new WatchTracker(watch, (variable) => isWritten(view, variable));
  const found = new Found(watch, view.agents, offset, limit);
  const writes = new WriteCheck();
  const rows = relevantRows(view, watch, tracker);
  for (const batch of batchesOf(view.index, rows)) {
    for (const [place, event] of view.events(batch).entries()) {
      const write = event.event_type === "STATE" ? event : undefined;
      const counted = write === undefined ? undefined : inDoubles(view, batch[place] ?? -1, write);
      found.take(tracker.event(event.turn_number, counted), event);
      if (write !== undefined) writes.event(write);
    }
    await pace.yieldIfDue();
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
    moments: found.moments,
    total: found.total,
    has_more: found.total > offset + found.moments.length,
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

class Found {
  readonly moments: WatchMoment[] = [];
  total = 0;
  readonly #watch: Watch;
  readonly #agents: KnownAgents;
  readonly #offset: number;
  readonly #limit: number;
  /** Moments that have not ended. */
  readonly #open = new Map<string | undefined, WatchMoment>();

  constructor(watch: Watch, agents: KnownAgents, offset: number, limit: number) {
    this.#watch = watch;
    this.#agents = agents;
    this.#offset = offset;
    this.#limit = limit;
  }

  take(changes: readonly WatchChange[], event: Event): void {
    for (const { agent_id, became } of changes) {
      const place = { turn: event.turn_number, event_id: event.event_id };
      if (!became) {
        const moment = this.#open.get(agent_id);
        if (moment !== undefined) moment.ended = place;
        this.#open.delete(agent_id);
        continue;
      }
      this.total++;
      if (this.total <= this.#offset || this.moments.length === this.#limit) continue;
      const whose = agent_id === undefined ? "" : ` for ${agent_id}`;
      const sentence = `${upperFirst(clause(event, this.#agents))}: from here on ${this.#watch.text}${whose}.`;
      const moment: WatchMoment = { ...place, ...(agent_id === undefined ? {} : { agent_id }), sentence };
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
