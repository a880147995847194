import type { Gap, RunDetails } from "@llm-sim/api";
import { useEffect, useMemo, useRef, useState } from "react";
import { createEventPager } from "../../logic/events/index.ts";
import { createPlayback, moveByEvents, moveByTurns, rewindAtEnd } from "../../logic/playback/index.ts";
import { createTextSearch } from "../../logic/search/index.ts";
import { createTimelineCache, createTimelineSource, type Range } from "../../logic/timeline/index.ts";
import { type Axis, toCriteria, type ViewStore } from "../../logic/view/index.ts";
import { api, searches } from "../run-api.ts";
import { server, useConnection } from "../session/index.ts";
import { useStore } from "../use-store.ts";
import { createPlaces } from "./places.ts";
import type { RunSession } from "./session.ts";
import { useFoundSoFar } from "./use-found-so-far.ts";
import { useLinkedEvent } from "./use-linked-event.ts";
import { useSoughtEvent } from "./use-sought-event.ts";

/** Builds what the parts of the page work on, and builds anew what depends on the filter when that changes. */
export function useRunSession(
  summary: RunDetails,
  gaps: readonly Gap[],
  view: ViewStore,
  agents: ReadonlyMap<string, number>,
  domains: Readonly<Record<Axis, Range>>,
): RunSession {
  const { id } = summary;
  const filter = useStore(view, (one) => one.filter);
  const axis = useStore(view, (one) => one.axis);
  const criteria = useMemo(() => toCriteria(filter), [filter]);
  const domainsNow = useRef(domains);
  domainsNow.current = domains;
  const agentCount = agents.size;

  const search = useClosable(() => {
    const made = createTextSearch(server, id, criteria);
    searches.begin(id, made);
    return {
      ...made,
      close() {
        made.close();
        searches.end(made);
      },
    };
  }, [id, criteria]);
  const pager = useClosable(() => {
    const made = createEventPager((paging, signal) => api.events({ id, ...criteria, ...paging }, signal));
    // Before all that the other parts ask: over a slow line the list is what is read first.
    made.want(0, 0);
    return made;
  }, [id, criteria]);
  const cache = useMemo(() => createTimelineCache(api), []);
  const timeline = useClosable(
    () =>
      createTimelineSource(
        api,
        { run: id, criteria, axis, domain: domainsNow.current[axis], agents: agentCount },
        cache,
      ),
    [id, criteria, axis],
  );

  useFoundSoFar(search, pager, timeline);

  const connection = useConnection();
  const wasLost = useRef(false);
  useEffect(() => {
    if (connection === "ok" && wasLost.current) timeline.refresh(domainsNow.current[axis]);
    wasLost.current = connection === "lost";
  }, [connection, timeline, axis]);

  const now = useRef({ criteria, pager, turns: summary.turns });
  now.current = { criteria, pager, turns: summary.turns };
  const playback = useMemo(
    () =>
      createPlayback({
        pace: () => view.get(),
        begin: () => rewindAtEnd(view, now.current.turns, now.current.pager),
        advance: (steps) =>
          view.get().step === "turn"
            ? moveByTurns(view, now.current.turns, steps)
            : moveByEvents({ api, run: id, view, ...now.current }, steps),
      }),
    [id, view],
  );

  const sought = useSoughtEvent(view);
  useLinkedEvent(id, view);
  const places = useMemo(createPlaces, []);
  const [isLive] = useState(summary.status === "running");

  return useMemo(
    () => ({
      id,
      summary,
      isLive,
      gaps,
      view,
      criteria,
      search,
      pager,
      timeline,
      playback,
      agents,
      domains,
      places,
      sought,
    }),
    [
      id,
      summary,
      isLive,
      gaps,
      view,
      criteria,
      search,
      pager,
      timeline,
      playback,
      agents,
      domains,
      places,
      sought,
    ],
  );
}

/** Something with a `close`, made anew when its dependencies change and closed when it is no longer used. */
function useClosable<T extends { close(): void }>(make: () => T, dependencies: readonly unknown[]): T {
  const [state, setState] = useState(() => ({ closable: make(), dependencies }));
  let current = state;
  if (state.dependencies.some((one, at) => one !== dependencies[at])) {
    current = { closable: make(), dependencies };
    setState(current);
  }
  const { closable } = current;
  useEffect(() => () => closable.close(), [closable]);
  return closable;
}
