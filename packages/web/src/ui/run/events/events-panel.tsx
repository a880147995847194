import { isHole } from "@llm-sim/api";
import { lazy, Suspense } from "react";
import { formatCount } from "../../../logic/format/index.ts";
import { GapMark, Loading, Segmented } from "../../parts/index.ts";
import { loadPart } from "../../session/index.ts";
import { Panel } from "../panel.tsx";
import { usePager, useRun, useView } from "../session.ts";
import { EventsTable } from "./events-table.tsx";

// Runs without language models do without it.
const CallsList = lazy(async () => ({
  default: (await loadPart(() => import("../calls/index.ts"))).CallsList,
}));

/** What happened, as a list: every event, or where language models were asked, these calls. */
export function EventsPanel() {
  const { view, summary } = useRun();
  const { total, gaps } = usePager();
  const list = useView((one) => one.list);
  return (
    <Panel
      name="events"
      title="Events"
      tools={
        <>
          <span className="count">{total === undefined ? "" : formatCount(total)}</span>
          {list === "events" && <GapMark gaps={gaps.filter(isHole)} />}
          {(summary.calls || list === "calls") && (
            <Segmented
              label="List"
              value={list}
              options={[
                { value: "events", label: "Events" },
                { value: "calls", label: "Calls" },
              ]}
              onChange={(next) => view.set({ list: next })}
            />
          )}
        </>
      }
    >
      {list === "events" ? (
        <EventsTable />
      ) : (
        <Suspense fallback={<Loading />}>
          <CallsList />
        </Suspense>
      )}
    </Panel>
  );
}
