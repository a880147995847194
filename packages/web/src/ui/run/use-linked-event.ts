import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { ViewStore } from "../../logic/view/index.ts";
import { eventQueries } from "../queries/index.ts";

/** An address may name an event without a moment, as links from elsewhere do: then the page opens right behind it. */
export function useLinkedEvent(id: string, view: ViewStore): void {
  const queries = useQueryClient();
  useEffect(() => {
    /** The event that is shown without a moment to show it at. */
    const linked = () => {
      const { selected, playhead, follow } = view.get();
      return playhead || follow ? undefined : selected;
    };
    async function open(): Promise<void> {
      const eventId = linked();
      if (eventId === undefined) return;
      const { turn_number: turn } = await queries.fetchQuery(eventQueries.event(id, eventId));
      if (linked() === eventId) view.set({ playhead: { turn, eventId } });
    }
    // That there is no such event is said where it would be shown.
    const tryToOpen = () => void open().catch(() => {});
    tryToOpen();
    return view.subscribe(tryToOpen);
  }, [id, view, queries]);
}
