import { useSyncExternalStore } from "react";
import type { RunSummary } from "../../logic/api/index.ts";
import type { Range } from "../../logic/timeline/index.ts";
import type { Axis, Panel, ViewStore } from "../../logic/view/index.ts";
import { Split } from "../parts/index.ts";
import { EventsPanel } from "./events/index.ts";
import { FilterBar } from "./filter/index.ts";
import { InspectorPanel } from "./inspector/index.ts";
import { RunHeader } from "./run-header.tsx";
import { RunSessionProvider } from "./session.ts";
import { TimelinePanel } from "./timeline/index.ts";
import { useKeyboard } from "./use-keyboard.ts";
import { useRunSession } from "./use-run-session.ts";
import { useUrlSync } from "./use-url-sync.ts";
import { WorldPanel } from "./world/index.ts";

interface RunWorkbenchProps {
  summary: RunSummary;
  view: ViewStore;
  agents: ReadonlyMap<string, number>;
  domains: Readonly<Record<Axis, Range>>;
}

const PARTS: Record<Panel, React.ReactNode> = {
  timeline: <TimelinePanel />,
  events: <EventsPanel />,
  inspector: <InspectorPanel />,
  world: <WorldPanel />,
};

/** Below this the inspector and the world stand one above the other. */
const WIDE = matchMedia("(min-width: 1240px)");
const subscribeWide = (listener: () => void) => {
  WIDE.addEventListener("change", listener);
  return () => WIDE.removeEventListener("change", listener);
};

export function RunWorkbench({ summary, view, agents, domains }: RunWorkbenchProps) {
  const session = useRunSession(summary, view, agents, domains);
  useUrlSync(view);
  useKeyboard(session);
  const wide = useSyncExternalStore(subscribeWide, () => WIDE.matches);
  const maximised = useSyncExternalStore(view.subscribe, () => view.get().maximised);
  return (
    <RunSessionProvider value={session}>
      <main className="workbench">
        <RunHeader />
        <FilterBar />
        {maximised ? (
          PARTS[maximised]
        ) : (
          <Split
            direction="column"
            name="timeline"
            label="Height of the timeline"
            initial={0.4}
            first={PARTS.timeline}
            second={
              <Split
                direction="row"
                name="events"
                label="Width of the events"
                initial={wide ? 0.42 : 0.52}
                first={PARTS.events}
                second={
                  <Split
                    direction={wide ? "row" : "column"}
                    name={wide ? "inspector" : "inspector-narrow"}
                    label="Size of the inspector"
                    initial={0.5}
                    first={PARTS.inspector}
                    second={PARTS.world}
                  />
                }
              />
            }
          />
        )}
      </main>
    </RunSessionProvider>
  );
}
