import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { followList, type LiveState } from "../../../logic/live/index.ts";
import { isReading } from "../../../logic/search/index.ts";
import { runQueries } from "../../queries/index.ts";
import { api } from "../../run-api.ts";
import { usePager, useRun, useSearch, useView } from "../session.ts";

export interface Live {
  state: LiveState;
  /** Events that came since the reader last looked at the end. */
  unseen: number;
}

/** Streams a running run in. `undefined` for one that was over when the page was opened. */
export function useLive(): Live | undefined {
  const session = useRun();
  const { id, isLive, criteria, pager, timeline, domains } = session;
  const queries = useQueryClient();
  const isSearching = isReading(useSearch());
  const [state, setState] = useState<LiveState>("connecting");
  const { total } = usePager();
  const seen = useRef({ pager, total });
  const follow = useView((view) => view.follow && view.playhead === undefined);

  useEffect(() => {
    // What is streamed comes behind what was searched.
    if (!isLive || isSearching) return;
    return followList(
      { api, run: id, criteria, pager },
      {
        onState: setState,
        onEnd: () => void queries.invalidateQueries({ queryKey: runQueries.key(id) }),
      },
    );
  }, [isLive, isSearching, id, criteria, pager, queries]);

  // A list is seen as it first is; what comes while its end is followed is seen at once.
  if (follow || seen.current.pager !== pager || seen.current.total === undefined)
    seen.current = { pager, total };
  const unseen = Math.max(0, (total ?? 0) - (seen.current.total ?? 0));

  const { axis } = session.view.get();
  const domain = domains[axis];
  // The run has grown when its summary says so: then the timeline looks at what may have changed.
  useEffect(() => {
    if (isLive) timeline.refresh(domain);
  }, [isLive, timeline, domain]);

  return isLive ? { state, unseen } : undefined;
}
