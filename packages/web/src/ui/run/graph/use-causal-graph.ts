import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { type CausalGraph, causalGraph } from "../../../logic/causal-graph.ts";
import { eventQueries } from "../../queries/index.ts";
import { useRun } from "../session.ts";
import { layOut, type Positions } from "./layout.ts";

export interface DrawnGraph {
  graph: CausalGraph;
  positions: Positions;
  truncated: boolean;
}

/** What led to an event and what it led to, to a depth, with the nodes that were expanded, laid out. */
export function useCausalGraph(
  eventId: string,
  { depth, turnMarkers }: { depth: number; turnMarkers: boolean },
  expanded: readonly string[],
  opened: ReadonlySet<string>,
) {
  const { id } = useRun();
  const root = useQuery({
    ...eventQueries.causality(id, eventId, depth, turnMarkers),
    placeholderData: keepPreviousData,
  });
  const more = useQueries({
    queries: expanded.map((one) => eventQueries.causality(id, one, 1, turnMarkers)),
    combine: (results) => results.map(({ data }) => data).filter((one) => one !== undefined),
  });
  const graph = useMemo(() => {
    if (!root.data) return undefined;
    const direct = [...root.data.upstream, ...root.data.downstream].filter((entry) => entry.depth === 1);
    const near = direct.length <= 40 ? direct.map(({ event_id }) => event_id) : [];
    return causalGraph([root.data, ...more], { alone: new Set([eventId, ...near, ...expanded]), opened });
  }, [root.data, more, eventId, expanded, opened]);

  const [drawn, setDrawn] = useState<DrawnGraph>();
  const [failure, setFailure] = useState<unknown>();
  const truncated = root.data?.truncated ?? false;
  useEffect(() => {
    if (!graph) return;
    let superseded = false;
    layOut(graph).then(
      (positions) => !superseded && setDrawn({ graph, positions, truncated }),
      (reason: unknown) => !superseded && setFailure(reason),
    );
    return () => {
      superseded = true;
    };
  }, [graph, truncated]);
  // Of a node that was expanded the same reason may be given once more.
  const gaps = [root.data, ...more].flatMap((answer) => answer?.gaps ?? []);
  return { drawn, gaps, error: root.error ?? failure };
}
