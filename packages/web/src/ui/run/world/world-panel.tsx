import { lazy, Suspense } from "react";
import { isApiError, isStateNotRecorded } from "../../../logic/api/index.ts";
import { momentWords } from "../../../logic/world/index.ts";
import { Empty, Failure, GapMark, Loading, Segmented } from "../../parts/index.ts";
import { loadPart } from "../../session/index.ts";
import { Panel } from "../panel.tsx";
import { useRun, useView } from "../session.ts";
import { Charts } from "./charts.tsx";
import { FirstToLast } from "./first-to-last.tsx";
import { useWorld } from "./use-world.ts";
import { WorldTableView } from "./world-table-view.tsx";

const GridView = lazy(async () => ({
  default: (await loadPart(() => import("./grid-view.tsx"))).GridView,
}));

const MatrixView = lazy(async () => ({
  default: (await loadPart(() => import("./matrix-view.tsx"))).MatrixView,
}));

/** The whole state at the playhead, as a table or as curves over the run. */
export function WorldPanel() {
  const { view, summary } = useRun();
  const atEvent = useView((one) => one.playhead?.eventId !== undefined);
  const tab = useView((one) => one.world);
  const isKnownStateless = summary.by_type?.STATE === 0;
  const state = useWorld(!isKnownStateless);
  const data = state.data?.now;
  // A run recorded without STATE events is refused by name, not answered with an empty world.
  const isUnrecorded = isKnownStateless || isStateNotRecorded(state.error);
  const isMissing = isApiError(state.error, "EVENT_NOT_FOUND");
  const isEmpty =
    data !== undefined &&
    [data.global, data.agents, data.memory ?? {}].every((part) => Object.keys(part).length === 0);
  return (
    <Panel
      name="world"
      title="World"
      tools={
        <>
          {data && tab !== "matrix" && (
            <span className="count" title={data.event_id && `Up to event ${data.event_id}`}>
              {momentWords(data, { atEvent, isUnderWay: summary.status === "running" })}
            </span>
          )}
          {data && tab !== "matrix" && <GapMark gaps={data.gaps} />}
          <span className="spacer" />
          <Segmented
            label="Show the world as"
            value={tab}
            options={[
              { value: "table", label: "Table" },
              { value: "charts", label: "Charts" },
              { value: "grid", label: "Grid", title: "A list of lists as a map" },
              { value: "matrix", label: "Matrix", title: "Who acts on whom" },
            ]}
            onChange={(next) => view.set({ world: next })}
          />
        </>
      }
    >
      {tab === "matrix" && (
        <Suspense fallback={<Loading />}>
          <MatrixView />
        </Suspense>
      )}
      {tab !== "matrix" && state.isLoading && <Loading label="Folding the state" />}
      {tab !== "matrix" && isMissing && !data && (
        <Empty title="This run has no such event">{state.error?.message}</Empty>
      )}
      {tab !== "matrix" && state.error && !data && !isUnrecorded && !isMissing && (
        <Failure error={state.error} onRetry={() => void state.refetch()} />
      )}
      {tab !== "matrix" && (isEmpty || (isUnrecorded && !data)) && (
        <Empty title="No state was recorded">
          <p>
            {summary.verbosity === "STATE" || summary.verbosity === "DETAIL"
              ? "Nothing in this run wrote a variable."
              : "Run it with --verbosity STATE (or DETAIL) to see the world at every moment."}
          </p>
          <FirstToLast variables={summary.variables ?? []} total={summary.variables_total} />
        </Empty>
      )}
      {data && !isEmpty && tab === "table" && (
        <WorldTableView state={data} before={state.data?.before} turn={data.turn} />
      )}
      {data && !isEmpty && tab === "charts" && <Charts state={data} before={state.data?.before} />}
      {data && !isEmpty && tab === "grid" && (
        <Suspense fallback={<Loading />}>
          <GridView state={data} before={state.data?.before} turn={data.turn} />
        </Suspense>
      )}
    </Panel>
  );
}
