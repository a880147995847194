import { isHole } from "@llm-sim/api";
import { type Doubt, doubtLine } from "../../logic/doubts.ts";
import { Icon } from "./icon.tsx";

/** Beside a title: that what is shown may not be all, the reasons on hovering and to a screen reader. */
export function GapMark({ gaps }: { gaps: readonly Doubt[] }) {
  if (gaps.length === 0) return null;
  const lines = [...new Set(gaps.map(doubtLine))];
  if (!gaps.some(isHole))
    return (
      <span className="count" title={lines.join("\n")}>
        as recorded
      </span>
    );
  return (
    <span className="warning" title={lines.join("\n")}>
      <Icon name="warning" />
      <span className="sr-only">Not exact: {lines.join(" ")}</span>
    </span>
  );
}

/** Every reason why an answer may not be all, a line each. */
export function GapLines({ gaps }: { gaps: readonly Doubt[] }) {
  return gaps.map((gap) => (
    <p key={`${gap.message} ${gap.event_id}`} className={isHole(gap) ? "note warning-note" : "note"}>
      {isHole(gap) && <Icon name="warning" />} {doubtLine(gap)}
    </p>
  ));
}
