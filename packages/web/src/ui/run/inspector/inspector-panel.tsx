import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { isApiError } from "../../../logic/api/index.ts";
import { Empty, Failure, Loading, Segmented } from "../../parts/index.ts";
import { eventQueries } from "../../queries/index.ts";
import { loadPart } from "../../session/index.ts";
import { Panel } from "../panel.tsx";
import { useRun, useView } from "../session.ts";
import { useSettled } from "../use-settled.ts";

// Nothing of it is needed before an event is selected.
const EventDetails = lazy(async () => ({
  default: (await loadPart(() => import("./event-details.tsx"))).EventDetails,
}));
// React Flow and the layout are some 100 KB of script that only a graph needs.
const CausalGraph = lazy(async () => ({
  default: (await loadPart(() => import("../graph/index.ts"))).CausalGraph,
}));

export function InspectorPanel() {
  const { id, view, places } = useRun();
  const selected = useSettled(useView((one) => one.selected));
  const tab = useView((one) => one.inspector);
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
        selected && (
          <Segmented
            label="Show"
            value={tab}
            options={[
              { value: "event", label: "Event" },
              { value: "graph", label: "Graph" },
            ]}
            onChange={(next) => view.set({ inspector: next })}
          />
        )
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: Enter in the events comes here, to scroll with the keys */}
      <section className="inspector" ref={places.inspector} tabIndex={0} aria-label="Selected event">
        {selected === undefined && (
          <Empty title="No event selected">
            <p>
              Click an event in the timeline or in the list to see what it is, why it came about and what came
              of it.
            </p>
          </Empty>
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
