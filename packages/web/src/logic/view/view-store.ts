import { createStore, type Store } from "../store/index.ts";
import { readRunView, type ViewParameters, writeRunView } from "./url-codec.ts";
import type { ViewFilter, ViewState } from "./view-state.ts";

export interface ViewStore extends Pick<Store<ViewState>, "get" | "subscribe"> {
  /** Changes some of it. Nothing is told where nothing changes. */
  set(patch: Partial<ViewState>): void;
  setFilter(patch: Partial<ViewFilter>): void;
  /** Takes on what a link, or the Back button, says. */
  read(parameters: Readonly<Record<string, unknown>>): void;
}

/** What a change of the view does to the browser's history: a step to come back to, or the same step in another state. */
export type HistoryStep = "push" | "replace";

/** Holds the one view that every part of a run's page reads and changes. */
export function createViewStore(parameters: Readonly<Record<string, unknown>>): ViewStore {
  const { get, set: change, subscribe } = createStore(readRunView(parameters));
  return {
    get,
    subscribe,
    set(patch) {
      const view = get();
      const next: ViewState = { ...view, ...patch };
      const before: Readonly<Record<string, unknown>> = { ...view };
      if (Object.entries(next).some(([name, value]) => value !== before[name])) change(next);
    },
    setFilter(patch) {
      const view = get();
      change({ ...view, filter: { ...view.filter, ...patch } });
    },
    read(next) {
      const incoming = readRunView(next);
      if (!sameParameters(writeRunView(incoming), writeRunView(get()))) change(incoming);
    },
  };
}

/** Going to another event or narrowing the filter is a step worth coming back to; zooming and playing are not. */
export function historyStep(before: ViewParameters, after: ViewParameters): HistoryStep {
  const steps = [
    "event",
    "types",
    "agents",
    "involving",
    "turns",
    "time",
    "q",
    "in",
    "full",
    "list",
    "outcome",
    "inspect",
    "world",
    "when",
  ];
  return steps.some((name) => before[name] !== after[name]) ? "push" : "replace";
}

export function sameParameters(one: ViewParameters, other: ViewParameters): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
