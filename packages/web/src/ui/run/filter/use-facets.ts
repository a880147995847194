import type { TimelineBucket } from "@llm-sim/api";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type FilterPart, toCriteria, without } from "../../../logic/view/index.ts";
import { runQueries } from "../../queries/index.ts";
import { useRun, useSearch, useView } from "../session.ts";

export interface Facets {
  kinds: TimelineBucket["by_type"];
  agents: Readonly<Record<string, number>>;
}

/** How many events each choice of one part of the filter would show, all other parts as they are. */
export function useFacets(part: FilterPart, enabled = true): Facets | undefined {
  const { id, summary } = useRun();
  const filter = useView((view) => view.filter);
  // Counts of what the filter leaves out would need a search of their own.
  const isSearching = useSearch().phase === "running";
  const criteria = toCriteria(without(filter, part));
  const { data } = useQuery({
    ...runQueries.facets(id, criteria, summary.event_count),
    placeholderData: keepPreviousData,
    enabled: enabled && !isSearching,
  });
  if (!data) return undefined;
  const [bucket] = data.buckets;
  return { kinds: bucket?.by_type ?? {}, agents: bucket?.by_agent ?? {} };
}
