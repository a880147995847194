import { formatNumber } from "../../../logic/format/index.ts";
import { GapMark, Icon } from "../../parts/index.ts";
import { useRun, useView } from "../session.ts";
import type { ShownStrips } from "./use-lane-strips.ts";

/** What the strips under the lanes are, and what their colours mean. */
export function StripLegend({ strips: { variable, scene, gaps, error } }: { strips: ShownStrips }) {
  const { view } = useRun();
  const byTime = useView((one) => one.axis === "time");
  if (variable === "") return null;
  const { kind, categories, least, greatest } = scene?.strips ?? {};
  return (
    <section className="strip-legend" aria-label="Strips">
      <bdi>
        <b>{variable}</b>
      </bdi>
      <GapMark gaps={gaps} />
      {byTime ? (
        <span>is drawn over turns: choose Turns as the axis</span>
      ) : kind === "categories" ? (
        <ul className="legend">
          {(categories ?? []).map((label, at) => (
            <li key={label}>
              <svg width="14" height="8" aria-hidden="true">
                <rect width="14" height="8" fill={scene?.colors[at]} />
              </svg>
              <bdi className="legend-label">{label}</bdi>
            </li>
          ))}
        </ul>
      ) : kind === "numbers" ? (
        <span>
          {formatNumber(least ?? 0)} to {formatNumber(greatest ?? 0)}, every lane on the same scale
        </span>
      ) : (
        <span>{error instanceof Error ? error.message : "Reading its values …"}</span>
      )}
      <span className="spacer" />
      <button
        type="button"
        className="button icon-button quiet"
        aria-label="Take the strips away"
        title="Take the strips away"
        onClick={() => view.set({ laneVariable: "" })}
      >
        <Icon name="close" />
      </button>
    </section>
  );
}
