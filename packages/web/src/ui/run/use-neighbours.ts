import type { CausalityAnswer } from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import { useQuery } from "@tanstack/react-query";
import { eventQueries } from "../queries/index.ts";
import { useRun } from "./session.ts";

/** What is one step from an event, in both directions. */
export function useNeighbours({ event_id }: Pick<Event, "event_id">): CausalityAnswer | undefined {
  const { id } = useRun();
  const { data } = useQuery(eventQueries.causality(id, event_id, 1));
  return data;
}
