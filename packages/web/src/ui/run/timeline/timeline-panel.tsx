import { useRef } from "react";
import { Panel } from "../panel.tsx";
import { PlaybackBar } from "../playback-bar.tsx";
import type { TimelineController } from "./controller.ts";
import { TimelinePlot } from "./timeline-plot.tsx";
import { TimelineTools } from "./timeline-tools.tsx";

export function TimelinePanel() {
  const controller = useRef<TimelineController | null>(null);
  return (
    <Panel
      name="timeline"
      title="Timeline"
      tools={
        <>
          <PlaybackBar />
          <span className="spacer" />
          <TimelineTools controller={controller} />
        </>
      }
    >
      <TimelinePlot controller={controller} />
    </Panel>
  );
}
