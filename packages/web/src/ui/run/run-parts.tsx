import type { Panel } from "../../logic/view/index.ts";
import { Split } from "../parts/index.ts";
import { EventsPanel } from "./events/index.ts";
import { InspectorPanel } from "./inspector/index.ts";
import { useView } from "./session.ts";
import { TimelinePanel } from "./timeline/index.ts";
import { useMedia } from "./use-media.ts";
import { WorldPanel } from "./world/index.ts";

const PARTS: Record<Panel, React.ReactNode> = {
  timeline: <TimelinePanel />,
  events: <EventsPanel />,
  inspector: <InspectorPanel />,
  world: <WorldPanel />,
};

/** Below this the inspector and the world stand one above the other. */
const WIDE = matchMedia("(min-width: 1240px)");
/** On a telephone no two parts fit side by side: they follow one another, and the page scrolls. As in narrow.css. */
const NARROW = matchMedia("(max-width: 719px)");

/** The four parts of a run's page as the window has room for them, or the one that is shown alone. */
export function RunParts() {
  const wide = useMedia(WIDE);
  const narrow = useMedia(NARROW);
  const maximised = useView((view) => view.maximised);
  if (maximised) return PARTS[maximised];
  if (narrow)
    return (
      <div className="stack">
        {PARTS.timeline}
        {PARTS.events}
        {PARTS.inspector}
        {PARTS.world}
      </div>
    );
  return (
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
  );
}
