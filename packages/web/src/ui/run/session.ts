import type { EventCriteria, Gap, RunDetails } from "@llm-sim/api";
import { createContext, type RefObject, useContext } from "react";
import type { EventPager } from "../../logic/events/index.ts";
import type { Playback } from "../../logic/playback/index.ts";
import type { SearchState, TextSearch } from "../../logic/search/index.ts";
import type { Range, TimelineSource } from "../../logic/timeline/index.ts";
import { type Axis, isEmpty, type ViewState, type ViewStore } from "../../logic/view/index.ts";
import { useStore } from "../use-store.ts";
import type { Places } from "./places.ts";

/** What every part of a run's page works on. */
export interface RunSession {
  id: string;
  summary: RunDetails;
  /** It was being written when the page was opened: events are streamed in. */
  isLive: boolean;
  /** Why the run's events may not be all, whatever the filter. */
  gaps: readonly Gap[];
  view: ViewStore;
  /** The filter, in the API's words. */
  criteria: EventCriteria;
  /** For the filter's text, where it is looked for anywhere. */
  search: TextSearch;
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

/** How the search for the filter's text goes. */
export function useSearch(): SearchState {
  return useStore(useRun().search);
}

/** What the page looks for, to be marked wherever it stands: in descriptions, or in any text. */
export function useWanted(where: "description" | "payload"): string {
  return useView(({ filter }) =>
    where === "description" || filter.searchIn === "payload" ? filter.text : "",
  );
}

/** How far the run has come. */
export interface Tip {
  events: number;
  turns: number;
}

/** As far as the list of events, which is ahead of the summary while the run is written. */
export function useTip(): Tip {
  const { summary, isLive } = useRun();
  const pager = usePager();
  const isWhole = useView(({ filter }) => isEmpty(filter));
  if (!isLive || !isWhole || pager.total === undefined)
    return { events: summary.event_count, turns: summary.turns };
  const last = pager.event(pager.total - 1);
  return { events: pager.total, turns: Math.max(summary.turns, last?.turn_number ?? 0) };
}

/** The turn the world is shown at; the last one where a link names a turn that the run does not reach. */
export function useTurn(): number {
  const { turns } = useTip();
  return useView((view) => Math.min(view.playhead?.turn ?? turns, turns));
}
