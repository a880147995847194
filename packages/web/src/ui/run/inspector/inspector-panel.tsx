import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useRef } from "react";
import { isApiError } from "../../../logic/api/index.ts";
import { Empty, Failure, Loading, Segmented } from "../../parts/index.ts";
import { eventQueries } from "../../queries/index.ts";
import { loadPart } from "../../session/index.ts";
import { Panel } from "../panel.tsx";
import { useRun, useView } from "../session.ts";
import { useSettled } from "../use-settled.ts";
import { EventDetails } from "./lazy-event-details.ts";

// React Flow and the layout are some 100 KB of script that only a graph needs.
const CausalGraph = lazy(async () => ({
  default: (await loadPart(() => import("../graph/index.ts"))).CausalGraph,
}));

// It is drawn behind the list and the timeline, which the eye goes to first.
const Overview = lazy(async () => ({
  default: (await loadPart(() => import("../overview/index.ts"))).Overview,
}));

const EVENT_TABS = [
  { value: "event", label: "Event" },
  { value: "graph", label: "Graph" },
] as const;

export function InspectorPanel() {
  const { id, view, places } = useRun();
  const selected = useSettled(useView((one) => one.selected));
  const tab = useView((one) => one.inspector);
  const shown = selected === undefined ? "Overview" : "Selected event";
  const before = useRef(selected);
  if (selected !== undefined) before.current = selected;
  const { data, error, isPending } = useQuery({
    ...eventQueries.event(id, selected ?? ""),
    enabled: selected !== undefined,
    placeholderData: keepPreviousData,
  });
  return (
    <Panel
      name="inspector"
      title="Inspector"
      tools={
        <Segmented
          label="Show"
          value={selected === undefined ? "overview" : tab}
          options={[
            { value: "overview", label: "Overview", title: "What happened in this run (Esc)" },
            ...(before.current === undefined ? [] : EVENT_TABS),
          ]}
          onChange={(next) =>
            next === "overview"
              ? view.set({ selected: undefined })
              : view.set({ inspector: next, selected: selected ?? before.current })
          }
        />
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: Enter in the events comes here, to scroll with the keys */}
      <section className="inspector" ref={places.inspector} tabIndex={0} aria-label={shown}>
        {selected === undefined && (
          <Suspense fallback={<Loading />}>
            <Overview />
          </Suspense>
        )}
        {selected !== undefined && isPending && <Loading />}
        {selected !== undefined &&
          error &&
          !data &&
          (isApiError(error, "EVENT_NOT_FOUND") ? (
            <Empty title="This run has no such event">{error.message}</Empty>
          ) : (
            <Failure error={error} />
          ))}
        {selected !== undefined && data && tab === "event" && (
          <Suspense fallback={<Loading />}>
            <EventDetails event={data} />
          </Suspense>
        )}
        {selected !== undefined && data && tab === "graph" && (
          <Suspense fallback={<Loading label="Loading the graph" />}>
            <CausalGraph eventId={selected} />
          </Suspense>
        )}
      </section>
    </Panel>
  );
}
