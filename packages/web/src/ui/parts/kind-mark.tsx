import type { EventType } from "@llm-sim/events/schema";
import { KIND_STYLES, type KindShape } from "../../logic/palette/index.ts";

const OUTLINES: Record<KindShape, string> = {
  diamond: "M5 0l5 5-5 5-5-5z",
  circle: "M5 .5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z",
  triangle: "M5 .5l4.8 9H.2z",
  square: "M1 1h8v8H1z",
  dot: "M5 2.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z",
  cross: "M2.2.4 5 3.2 7.8.4l1.8 1.8L6.8 5l2.8 2.8-1.8 1.8L5 6.8 2.2 9.6.4 7.8 3.2 5 .4 2.2z",
};

/** The kind's shape in its colour. */
export function KindMark({ kind }: { kind: EventType }) {
  return (
    <svg
      className="kind-mark"
      viewBox="0 0 10 10"
      aria-hidden="true"
      style={{ fill: `var(--kind-${kind.toLowerCase()})` }}
    >
      <path d={OUTLINES[KIND_STYLES[kind].shape]} />
    </svg>
  );
}

/** The shape and the word. */
export function KindLabel({ kind }: { kind: EventType }) {
  return (
    <span className="kind-label">
      <KindMark kind={kind} />
      {kind}
    </span>
  );
}
