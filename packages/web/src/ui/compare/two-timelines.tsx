import type { CompareAnswer, RunDetails } from "@llm-sim/api";
import { isHole } from "@llm-sim/api";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { formatCount, plural } from "../../logic/format/index.ts";
import { type Range, toPixel, turnTicks } from "../../logic/timeline/index.ts";
import { paintOverview, prepareCanvas, readCanvasTheme } from "../canvas/index.ts";
import { GapMark } from "../parts/index.ts";
import { runQueries } from "../queries/index.ts";
import { useTheme } from "../session/index.ts";

const BUCKETS = 300;
/** Left of the axis, for the names of the two: as in timeline.css. */
const GUTTER = 110;
/** A digit of a tick's label, in pixels. */
const DIGIT = 7;

interface TwoTimelinesProps {
  left: RunDetails;
  right: RunDetails;
  /** The turn in which they part. */
  divergence: number | undefined;
  turns: CompareAnswer["turns"];
}

/** Both runs over one axis of turns, where they part, and how many variables differ from there on. */
export function TwoTimelines({ left, right, divergence, turns }: TwoTimelinesProps) {
  const last = Math.max(left.turns, right.turns);
  const domain = useMemo(() => ({ from: 0, to: last + 1 }), [last]);
  const root = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(Math.max(0, element.clientWidth - GUTTER)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const most = Math.max(1, ...turns.map(({ differing }) => differing));
  return (
    <section className="card two-timelines" ref={root} aria-label="Both runs over turns">
      <div className="axis-row">
        {turnTicks(domain, width)
          // A number that is cut reads as another number.
          .filter(({ position, label }) => toPixel(domain, width, position) + label.length * DIGIT <= width)
          .map(({ position, label }) => (
            <span key={position} style={{ left: toPixel(domain, width, position) + GUTTER }}>
              {label}
            </span>
          ))}
        {divergence !== undefined && (
          <b
            className="divergence-label"
            style={{ left: Math.min(width - 70, toPixel(domain, width, divergence)) + GUTTER }}
          >
            first divergence, turn {formatCount(divergence)}
          </b>
        )}
      </div>
      <Strip side="left" run={left} domain={domain} divergence={divergence} width={width} />
      <Strip side="right" run={right} domain={domain} divergence={divergence} width={width} />
      {turns.length > 0 && (
        <div className="strip-row distance-row">
          <span className="strip-label">Variables that differ</span>
          <svg
            viewBox={`0 0 ${Math.max(1, width)} 40`}
            width={width}
            height="40"
            role="img"
            aria-label={`At most ${differText(most)}`}
          >
            {turns.map(({ turn, differing }) => (
              <rect
                key={turn}
                x={toPixel(domain, width, turn)}
                width={Math.max(1, width / (last + 1) - 1)}
                y={40 - (differing / most) * 38}
                height={(differing / most) * 38}
              >
                <title>{`turn ${turn}: ${differText(differing)}`}</title>
              </rect>
            ))}
          </svg>
        </div>
      )}
    </section>
  );
}

function differText(variables: number): string {
  return `${plural(variables, "variable")} ${variables === 1 ? "differs" : "differ"}`;
}

interface StripProps {
  side: "left" | "right";
  run: RunDetails;
  domain: Range;
  divergence: number | undefined;
  width: number;
}

function Strip({ side, run, domain, divergence, width }: StripProps) {
  const theme = useTheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { data } = useQuery(runQueries.strip(run.id, domain.to, BUCKETS));
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const context = prepareCanvas(element, element.clientWidth, element.clientHeight);
    if (!context) return;
    paintOverview(context, {
      width,
      height: element.clientHeight,
      theme: readCanvasTheme(theme),
      domain,
      density: data?.density,
      range: domain,
      filtered: undefined,
      playhead: undefined,
      divergence,
    });
  }, [data, theme, domain, divergence, width]);
  return (
    <div className="strip-row">
      <span className="strip-label">
        <span className={`side-mark side-${side}`} aria-hidden="true" />
        <span className="strip-name" title={run.id}>
          {run.id}
        </span>
        {data && <GapMark gaps={data.gaps.filter(isHole)} />}
      </span>
      <canvas ref={canvas} className="strip" role="img" aria-label={`Events of ${run.id} over turns`} />
    </div>
  );
}
