import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { followList, type LiveState } from "../../../logic/live/index.ts";
import { runQueries } from "../../queries/index.ts";
import { api } from "../../run-api.ts";
import { useRun, useView } from "../session.ts";

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
  const [state, setState] = useState<LiveState>("connecting");
  const [unseen, setUnseen] = useState(0);
  const follow = useView((view) => view.follow && view.playhead === undefined);

  useEffect(() => {
    if (!isLive) return;
    setUnseen(0);
    return followList(
      { api, run: id, criteria, pager },
      {
        onState: setState,
        onEvents(events) {
          setUnseen((before) => before + events.length);
        },
        onEnd: () => void queries.invalidateQueries({ queryKey: runQueries.key(id) }),
      },
    );
  }, [isLive, id, criteria, pager, queries]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what comes while it follows is seen at once
  useEffect(() => {
    if (follow) setUnseen(0);
  }, [follow, unseen]);

  const { axis } = session.view.get();
  const domain = domains[axis];
  // The run has grown when its summary says so: then the timeline looks at what may have changed.
  useEffect(() => {
    if (isLive) timeline.refresh(domain);
  }, [isLive, timeline, domain]);

  return isLive ? { state, unseen } : undefined;
}
