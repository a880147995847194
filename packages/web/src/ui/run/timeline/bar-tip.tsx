import { formatCount, nameText, plural } from "../../../logic/format/index.ts";
import { type Bar, spanText } from "../../../logic/timeline/index.ts";
import type { Axis } from "../../../logic/view/index.ts";
import { KindLabel } from "../../parts/index.ts";

/** Says what the bar under the pointer stands for. */
export function BarTip({
  bar,
  axis,
  x,
  y,
  width,
}: {
  bar: Bar;
  axis: Axis;
  x: number;
  y: number;
  width: number;
}) {
  const right = x > width / 2;
  return (
    <div className="tip" style={{ top: y + 46, ...(right ? { right: width - x - 96 } : { left: x + 122 }) }}>
      <div className="tip-head">
        <bdi>{nameText(bar.lane.label)}</bdi>
        <span>{spanText(bar, axis)}</span>
        <span>{plural(bar.total, "event")}</span>
      </div>
      <ul className="tip-kinds">
        {bar.kinds.map(({ kind, count }) => (
          <li key={kind}>
            <KindLabel kind={kind} /> {formatCount(count)}
          </li>
        ))}
      </ul>
    </div>
  );
}
