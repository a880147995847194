import { eventAgent } from "@llm-sim/events/words";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { eventQueries } from "../../queries/index.ts";
import { useRun, useView } from "../session.ts";

/**
 * Whose event is selected.
 *
 * @param stateAt behind which event the world is shown
 * @param onSelected told of each that is selected, and once more when the world is shown at it: not while it goes on by itself
 */
export function useSelectedAgent(
  stateAt: string | undefined,
  onSelected: (agent: string) => void,
): string | undefined {
  const { id } = useRun();
  const selected = useView((one) => one.selected);
  const { data } = useQuery({ ...eventQueries.event(id, selected ?? ""), enabled: selected !== undefined });
  const event = data?.event_id === selected ? data : undefined;
  const agent = event && eventAgent(event);
  const tell = useRef(onSelected);
  tell.current = onSelected;
  const eventId = event?.event_id;
  const isThere = stateAt === eventId;
  // biome-ignore lint/correctness/useExhaustiveDependencies: two events of one agent in a row are two selections
  useEffect(() => {
    if (agent !== undefined) tell.current(agent);
  }, [agent, eventId, isThere]);
  return agent;
}
