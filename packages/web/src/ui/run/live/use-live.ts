import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { followRun, type LiveState } from "../../../logic/follow-run.ts";
import { runQueries } from "../../queries/index.ts";
import { api } from "../../run-api.ts";
import { useRun, useView } from "../session.ts";

export interface Live {
  state: LiveState;
  /** Events that came since the reader last looked at the end. */
  unseen: number;
}

/** How often what is counted is asked for again while events come, in milliseconds. */
const RECOUNT = 1000;

/** Streams a running run in. `undefined` for one that was over when the page was opened. */
export function useLive(): Live | undefined {
  const session = useRun();
  const { id, summary, criteria, pager, timeline, domains } = session;
  const queries = useQueryClient();
  const wasRunning = useRef(summary.status === "running");
  const [state, setState] = useState<LiveState>("connecting");
  const [unseen, setUnseen] = useState(0);
  const follow = useView((view) => view.follow && view.playhead === undefined);
  const changed = useRef(false);

  useEffect(() => {
    if (!wasRunning.current) return;
    let stop: (() => void) | undefined;
    let gone = false;
    void (async () => {
      await pager.fetchEvent(0);
      const total = pager.total ?? 0;
      const last = total === 0 ? undefined : await pager.fetchEvent(total - 1);
      if (gone) return;
      stop = followRun(api, id, {
        criteria,
        after: last?.event_id,
        onState: setState,
        onEvents(events) {
          pager.append(events);
          changed.current = true;
          setUnseen((before) => before + events.length);
        },
        onEnd: () => void queries.invalidateQueries({ queryKey: runQueries.key(id) }),
      });
    })();
    return () => {
      gone = true;
      stop?.();
    };
  }, [id, criteria, pager, queries]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what comes while it follows is seen at once
  useEffect(() => {
    if (follow) setUnseen(0);
  }, [follow, unseen]);

  const { axis } = session.view.get();
  const domain = domains[axis];
  // The run has grown when its summary says so: then the timeline looks at what may have changed.
  useEffect(() => {
    if (wasRunning.current) timeline.refresh(domain);
  }, [timeline, domain]);

  useEffect(() => {
    if (!wasRunning.current || state === "ended") return;
    const timer = setInterval(() => {
      if (!changed.current) return;
      changed.current = false;
      void queries.invalidateQueries({ queryKey: runQueries.key(id), exact: true });
    }, RECOUNT);
    return () => clearInterval(timer);
  }, [id, queries, state]);

  return wasRunning.current ? { state, unseen } : undefined;
}
