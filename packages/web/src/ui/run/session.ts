import type { EventCriteria, Gap, RunDetails } from "@llm-sim/api";
import { createContext, type RefObject, useContext } from "react";
import type { EventPager } from "../../logic/events/index.ts";
import type { Playback } from "../../logic/playback/index.ts";
import type { Range, TimelineSource } from "../../logic/timeline/index.ts";
import type { Axis, ViewState, ViewStore } from "../../logic/view/index.ts";
import { useStore } from "../use-store.ts";
import type { Places } from "./places.ts";

/** What every part of a run's page works on. */
export interface RunSession {
  id: string;
  summary: RunDetails;
  /** Why the run's events may not be all, whatever the filter. */
  gaps: readonly Gap[];
  view: ViewStore;
  /** The filter, in the API's words. */
  criteria: EventCriteria;
  pager: EventPager;
  timeline: TimelineSource;
  playback: Playback;
  /** Every agent of the run, whatever the filter, and how many events are its own. */
  agents: ReadonlyMap<string, number>;
  domains: Readonly<Record<Axis, Range>>;
  places: Places;
  /** What `useSoughtEvent` holds. */
  sought: RefObject<string | undefined>;
}

const Context = createContext<RunSession | undefined>(undefined);
export const RunSessionProvider = Context.Provider;

export function useRun(): RunSession {
  const session = useContext(Context);
  if (!session) throw new Error("This belongs into a run's page.");
  return session;
}

/** A part of the view; `select` must return what the view holds, not something new. */
export function useView<T>(select: (view: ViewState) => T): T {
  const { view } = useRun();
  return useStore(view, select);
}

/** Redraws with every change of the event list. */
export function usePager(): EventPager {
  const { pager } = useRun();
  useStore(pager);
  return pager;
}

/** The turn the world is shown at; the last one where a link names a turn that the run does not reach. */
export function useTurn(): number {
  const { summary } = useRun();
  return useView((view) => Math.min(view.playhead?.turn ?? summary.turns, summary.turns));
}
