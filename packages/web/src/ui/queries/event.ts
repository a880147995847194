import type { EventCriteria } from "@llm-sim/api";
import { queryOptions } from "@tanstack/react-query";
import { countEvents } from "../../logic/api/index.ts";
import { locateEvent, locateTurn } from "../../logic/events/index.ts";
import type { Playhead } from "../../logic/view/index.ts";
import { api } from "../run-api.ts";

export const eventQueries = {
  event: (id: string, eventId: string) =>
    queryOptions({
      queryKey: ["event", id, eventId],
      queryFn: ({ signal }) => api.event({ id, event_id: eventId }, signal),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  /** What led to an event and what it led to, in so many steps. */
  causality: (id: string, eventId: string, depth: number, turnMarkers = true) =>
    queryOptions({
      queryKey: ["causality", id, eventId, depth, turnMarkers],
      queryFn: ({ signal }) =>
        api.causality({ id, event_id: eventId, depth, turn_markers: turnMarkers }, signal),
    }),
  /**
   * The row of a filtered list that a playhead is at: its event's, or the last up to its turn's end; `null` where the filter
   * leaves it out. `events`: of a turn under way, how many there were.
   */
  row: (id: string, criteria: EventCriteria, playhead: Playhead | undefined, events?: number) =>
    queryOptions({
      queryKey: ["row", id, criteria, playhead, events],
      queryFn: async ({ signal }) => {
        if (!playhead) return null;
        if (playhead.eventId === undefined) {
          const upTo = await locateTurn(api, id, criteria, playhead.turn + 1, signal);
          return upTo === 0 ? null : upTo - 1;
        }
        const event = await api.event({ id, event_id: playhead.eventId }, signal);
        return (await locateEvent(api, id, criteria, event, signal)) ?? null;
      },
    }),
  /** When a playhead's event, or the last one of its turn, happened. */
  moment: (id: string, playhead: Playhead | undefined) =>
    queryOptions({
      queryKey: ["moment", id, playhead],
      queryFn: async ({ signal }) => {
        if (!playhead) return null;
        if (playhead.eventId !== undefined)
          return (await api.event({ id, event_id: playhead.eventId }, signal)).timestamp;
        const total = await countEvents(api, id, { turn_end: playhead.turn }, signal);
        const last = await api.events(
          { id, turn_end: playhead.turn, limit: 1, offset: Math.max(0, total - 1) },
          signal,
        );
        return last.events[0]?.timestamp ?? null;
      },
    }),
};
