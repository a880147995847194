import type { RefObject } from "react";
import { Segmented } from "../../parts/index.ts";
import { useRun, useView } from "../session.ts";
import type { TimelineController } from "./controller.ts";
import { StripMenu } from "./strip-menu.tsx";

/** What the axis is, how the lanes are sorted, how near one looks. */
export function TimelineTools({ controller }: { controller: RefObject<TimelineController | null> }) {
  const { view } = useRun();
  const axis = useView((one) => one.axis);
  const laneSort = useView((one) => one.laneSort);
  const folded = useView((one) => one.agentsFolded);
  const zoomed = useView((one) => one.range !== undefined);
  return (
    <>
      <Segmented
        label="Axis"
        value={axis}
        options={[
          { value: "turn", label: "Turns" },
          { value: "time", label: "Time" },
        ]}
        onChange={(next) => view.set({ axis: next, range: undefined })}
      />
      <Segmented
        label="Lanes"
        value={folded ? "folded" : laneSort}
        options={[
          { value: "name", label: "A–Z", title: "Agents by name" },
          { value: "activity", label: "Busiest", title: "Agents by how much they do" },
          { value: "folded", label: "Folded", title: "All agents in one lane" },
        ]}
        onChange={(next) =>
          view.set(next === "folded" ? { agentsFolded: true } : { agentsFolded: false, laneSort: next })
        }
      />
      <StripMenu />
      <span className="button-group">
        <button
          type="button"
          className="button"
          title="Zoom out (-)"
          aria-label="Zoom out"
          onClick={() => controller.current?.zoomBy(1.6)}
        >
          −
        </button>
        <button
          type="button"
          className="button"
          title="Zoom in (+)"
          aria-label="Zoom in"
          onClick={() => controller.current?.zoomBy(1 / 1.6)}
        >
          +
        </button>
        <button
          type="button"
          className="button"
          disabled={!zoomed}
          title="Show the whole run (0)"
          onClick={() => view.set({ range: undefined })}
        >
          All
        </button>
      </span>
    </>
  );
}
