import { type Completeness, completenessOf, type EventCriteria } from "@llm-sim/api";
import { type Event, parseTimestamp, type VerbosityLevel } from "@llm-sim/events/schema";
import { eventsToTurn, now } from "../rows/index.ts";
import { gapsOf } from "./certainty.ts";
import { unrecordedKinds } from "./chain-reasons.ts";
import type { KnownRun } from "./hole.ts";
import type { RestsOn } from "./rests-on.ts";
import type { WriteCheck } from "./write-check.ts";

/** Whether the events that match are all that ever did, and whether the writes that were read of them are whole. */
export function listCompleteness(run: KnownRun, criteria: EventCriteria, writes?: WriteCheck): Completeness {
  return completenessOf(gapsOf(run, { ...restsOfList(run, criteria), writes }));
}

/** The same of their counts by kind. */
export function countsCompleteness(run: KnownRun, criteria: EventCriteria): Completeness {
  return completenessOf(gapsOf(run, { ...restsOfList(run, criteria), countsKinds: true }));
}

/** The same where nothing is missing from the log: what there is to say is what its verbosity leaves out. */
export function wholeListCompleteness(
  verbosity: VerbosityLevel,
  { event_types: kinds = [] }: EventCriteria,
): Completeness {
  return completenessOf(kinds.length === 0 ? [] : unrecordedKinds(verbosity, kinds));
}

function restsOfList({ view }: KnownRun, criteria: EventCriteria): RestsOn {
  const { index } = view;
  const { turn_start: first = 0, turn_end: last, start_timestamp, end_timestamp, event_types } = criteria;
  const start = start_timestamp === undefined ? undefined : parseTimestamp(start_timestamp);
  const end = end_timestamp === undefined ? undefined : parseTimestamp(end_timestamp);
  const whole = now(view);
  return {
    claim: "events",
    from: Math.max(
      first === 0 ? 0 : eventsToTurn(index, first - 1),
      start === undefined ? 0 : index.order.rowOfTime(start),
    ),
    until: end === undefined ? whole : { ...whole, events: index.order.rowOfTime(end + 1) },
    turns: { from: first, to: last ?? Number.POSITIVE_INFINITY },
    kinds: event_types === undefined || event_types.length === 0 ? undefined : event_types,
  };
}

interface Found {
  event: Event;
  upstream: readonly { event: Event }[];
  downstream: readonly { event: Event }[];
  missing: readonly { referenced_by: string; event_id: string }[];
}

/** Whether these are all the causes and effects of an event. */
export function causalityCompleteness(
  run: KnownRun,
  { event, upstream, downstream, missing }: Found,
): Completeness {
  const { index } = run.view;
  return completenessOf(
    gapsOf(run, {
      claim: "causes",
      from: 0,
      until: now(run.view),
      chain: {
        isOnward: downstream.length > 0,
        events: [event, ...upstream.map((entry) => entry.event), ...downstream.map((entry) => entry.event)],
        missing: missing.map(({ event_id, referenced_by }) => ({ event_id, row: index.find(referenced_by) })),
      },
    }),
  );
}
