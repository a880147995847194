import { memo } from "react";
import { nameText } from "../../../logic/format/index.ts";
import type { Lane } from "../../../logic/timeline/index.ts";
import { toggle } from "../../../logic/view/index.ts";
import { AgentPageMark } from "../../parts/index.ts";
import { useRun, useView } from "../session.ts";

interface LaneLabelsProps {
  lanes: readonly Lane[];
  rowHeight: number;
  axisHeight: number;
  scrollTop: number;
  height: number;
}

/** The lanes' names, those in sight; an agent's puts it into the filter. */
export const LaneLabels = memo(function LaneLabels({
  lanes,
  rowHeight,
  axisHeight,
  scrollTop,
  height,
}: LaneLabelsProps) {
  const { id, view } = useRun();
  const filtered = useView((one) => one.filter.agents);
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - 2);
  const last = Math.min(lanes.length - 1, Math.ceil((scrollTop + height) / rowHeight) + 2);
  return (
    <div className="lane-labels">
      <span className="lane-corner" style={{ height: axisHeight }} />
      {lanes.slice(first, last + 1).map((lane, at) => {
        const style = { top: axisHeight + (first + at) * rowHeight, height: rowHeight };
        const { agent } = lane;
        if (agent === undefined)
          return (
            <span key={lane.id} className="lane-label lane-fixed" style={style}>
              {lane.label}
            </span>
          );
        const on = filtered.includes(agent);
        return (
          <span key={lane.id} className="lane-agent" style={style}>
            <button
              type="button"
              className="lane-label"
              dir="auto"
              aria-pressed={on}
              title={on ? `${agent}: take out of the filter` : `${agent}: show only its events`}
              onClick={() => view.setFilter({ agents: toggle(filtered, agent) })}
            >
              {nameText(agent)}
            </button>
            <AgentPageMark run={id} agent={agent} />
          </span>
        );
      })}
    </div>
  );
});
