import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { EventPager } from "../../logic/events/index.ts";
import type { TextSearch } from "../../logic/search/index.ts";
import type { TimelineSource } from "../../logic/timeline/index.ts";
import { LIST_KEYS } from "../queries/index.ts";

/** Lets list, timeline and counts look again as a search finds more. */
export function useFoundSoFar(search: TextSearch, pager: EventPager, timeline: TimelineSource): void {
  const queries = useQueryClient();
  useEffect(
    () =>
      search.subscribe(() => {
        const { phase } = search.get();
        pager.reload();
        timeline.renew();
        if (phase === "running") return;
        for (const queryKey of LIST_KEYS) void queries.invalidateQueries({ queryKey });
      }),
    [search, pager, timeline, queries],
  );
}
