import { formatClock } from "../../../logic/format/index.ts";
import type { Mark } from "../../../logic/timeline/index.ts";
import { KindLabel, Words } from "../../parts/index.ts";

/** Names the event under the pointer. */
export function MarkTip({ mark, x, y, width }: { mark: Mark; x: number; y: number; width: number }) {
  const right = x > width / 2;
  return (
    <div className="tip" style={{ top: y + 46, ...(right ? { right: width - x - 96 } : { left: x + 122 }) }}>
      <div className="tip-head">
        <KindLabel kind={mark.kind} />
        <span>turn {mark.turn}</span>
        <span className="mono">{formatClock(mark.timestamp)}</span>
      </div>
      <Words text={mark.text} />
    </div>
  );
}
