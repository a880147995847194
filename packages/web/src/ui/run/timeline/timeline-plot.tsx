import { isHole } from "@llm-sim/api";
import {
  type RefObject,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { type Bar, laneOf, laneRows, lanesOf, type Mark, type Range } from "../../../logic/timeline/index.ts";
import type { ViewState } from "../../../logic/view/index.ts";
import { readCanvasTheme } from "../../canvas/index.ts";
import { Failure, GapMark } from "../../parts/index.ts";
import { useTheme } from "../../session/index.ts";
import { useStore } from "../../use-store.ts";
import { NoteFlags } from "../notes/index.ts";
import { useRun, useView } from "../session.ts";
import { goToEvent } from "../step-playhead.ts";
import { BarTip } from "./bar-tip.tsx";
import { TimelineController } from "./controller.ts";
import { LaneLabels } from "./lane-labels.tsx";
import { MarkTip } from "./mark-tip.tsx";
import { pictureOf } from "./picture.ts";
import { axisHeight, stripHeight } from "./scene.ts";
import { seek } from "./seek.ts";
import { StripLegend } from "./strip-legend.tsx";
import { useAxisMarks } from "./use-axis-marks.ts";
import { useBrush } from "./use-brush.ts";
import { type Gestures, useGestures } from "./use-gestures.ts";
import { useLaneStrips } from "./use-lane-strips.ts";
import { usePlayheadTime } from "./use-playhead-time.ts";
import { useSelected } from "./use-selected.ts";

export function TimelinePlot({ controller }: { controller: RefObject<TimelineController | null> }) {
  const session = useRun();
  const { view, agents, gaps, timeline, playback, domains, places, sought } = session;
  const theme = useTheme();
  const laneSort = useView((one) => one.laneSort);
  const folded = useView((one) => one.agentsFolded);
  const filter = useView((one) => one.filter);
  const axis = useView((one) => one.axis);
  useStore(timeline);
  useStore(playback);
  const canvas = useRef<HTMLCanvasElement>(null);
  const strip = useRef<HTMLCanvasElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 200 });
  const [scrollTop, setScrollTop] = useState(0);
  const [brush, setBrush] = useState<Range>();
  const [tip, setTip] = useState<{ mark?: Mark; bar?: Bar; x: number; y: number }>();

  const lanes = useMemo(() => lanesOf(agents, laneSort, folded), [agents, laneSort, folded]);
  const { flags, moments } = useAxisMarks();
  const strips = useLaneStrips();
  const top = axisHeight(flags.length > 0);
  const under = axis === "turn" ? stripHeight(strips.scene) : 0;
  const rowHeight = Math.round(
    Math.min(34 + under, Math.max(20 + under / 2, (size.height - top - 4) / lanes.length)),
  );
  const causality = useSelected();
  const selected = causality?.event;
  const playheadTime = usePlayheadTime();
  const filtered = useMemo(
    () => brush ?? filteredRange(filter, axis, domains[axis]),
    [brush, filter, axis, domains],
  );
  // The stylesheet's colours follow the theme's attribute, which is set by the time this runs.
  const canvasTheme = useMemo(() => readCanvasTheme(theme), [theme]);

  useEffect(() => {
    if (!canvas.current || !strip.current) return;
    const drawing = new TimelineController(canvas.current, strip.current);
    controller.current = drawing;
    return () => {
      drawing.close();
      controller.current = null;
    };
  }, [controller]);

  useLayoutEffect(() => {
    controller.current?.set({
      session,
      theme: canvasTheme,
      lanes,
      rowHeight,
      strips: strips.scene,
      flags,
      moments,
      scrollTop,
      causality,
      playheadTime,
      filtered,
    });
  });

  useEffect(() => view.subscribe(() => controller.current?.invalidate()), [view, controller]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      setSize({ width: element.clientWidth, height: element.clientHeight });
      controller.current?.invalidate();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [controller]);

  useEffect(() => {
    // While it plays, the playhead stays on screen.
    let before = view.get().playhead;
    return view.subscribe(() => {
      const { playhead } = view.get();
      if (playhead === before) return;
      before = playhead;
      if (playback.get() && controller.current)
        controller.current.reveal(controller.current.playheadPosition());
    });
  }, [view, playback, controller]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: only another selection moves the timeline
  useEffect(() => {
    if (!selected || !controller.current) return;
    if (sought.current === selected.event_id) {
      sought.current = undefined;
      controller.current.revealEvent(selected);
    }
    const row = laneRows(lanes)(laneOf(selected));
    if (row !== undefined && scroller.current) revealRow(scroller.current, row * rowHeight, rowHeight, top);
  }, [selected?.event_id]);

  useImperativeHandle(places.timelinePicture, () => async () => {
    if (!canvas.current || !scroller.current) return undefined;
    return pictureOf({ canvas: canvas.current, area: scroller.current, lanes, rowHeight, axisHeight: top });
  });

  const gestures = useRef<Gestures>({ onHover: () => {}, onPick: () => {}, onSeek: () => {} });
  gestures.current = {
    onHover: (mark, x, y) => {
      const bar = mark ? undefined : controller.current?.barAt(x, y);
      setTip(mark || bar ? { ...(mark && { mark }), ...(bar && { bar }), x, y } : undefined);
    },
    onPick: (mark) => goToEvent(session, { event_id: mark.id, turn_number: mark.turn }),
    onSeek: (pixel) => controller.current && seek(session, controller.current, pixel),
  };
  useGestures(canvas, scroller, controller, gestures);
  const onBrush = useRef<(from: number, to: number, done: boolean) => void>(() => {});
  onBrush.current = (from, to, done) => {
    setBrush(done ? undefined : { from, to });
    if (done) view.setFilter(brushed(from, to, axis));
  };
  useBrush(strip, controller, onBrush);

  return (
    <div className="timeline">
      <div className="strip-row">
        <span className="strip-label">
          Whole run <GapMark gaps={gaps.filter(isHole)} />
        </span>
        <canvas
          ref={strip}
          className="strip"
          role="img"
          aria-label="Events over the whole run. Drag to filter by turns."
        />
        <NoteFlags />
      </div>
      <div
        className="lanes-scroll"
        ref={scroller}
        onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its keys move over the canvas
        tabIndex={0}
        role="application"
        aria-label="Timeline. Arrow keys pan, plus and minus zoom, 0 shows the whole run, comma and period move the playhead."
        onKeyDown={(event) => {
          const action = KEYS[event.key];
          if (!action || !controller.current || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          action(controller.current);
        }}
      >
        <div className="lanes" style={{ height: Math.max(size.height, lanes.length * rowHeight + top) }}>
          <LaneLabels
            lanes={lanes}
            rowHeight={rowHeight}
            axisHeight={top}
            scrollTop={scrollTop}
            height={size.height}
          />
          <canvas ref={canvas} className="lanes-canvas" style={{ height: size.height }} />
        </div>
      </div>
      <StripLegend strips={strips} />
      {tip?.mark && <MarkTip mark={tip.mark} x={tip.x} y={tip.y} width={size.width} />}
      {tip?.bar && <BarTip bar={tip.bar} axis={axis} x={tip.x} y={tip.y} width={size.width} />}
      {timeline.error !== undefined && !timeline.overview && <Failure error={timeline.error} />}
    </div>
  );
}

/** Scrolls the lanes so that one is in sight. */
function revealRow(scroller: HTMLElement, top: number, height: number, axis: number): void {
  const seen = scroller.clientHeight - axis;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + height > scroller.scrollTop + seen) scroller.scrollTop = top + height - seen;
}

const KEYS: Readonly<Record<string, (controller: TimelineController) => void>> = {
  ArrowLeft: (controller) => controller.panBy(-80),
  ArrowRight: (controller) => controller.panBy(80),
  "+": (controller) => controller.zoomBy(1 / 1.4),
  "=": (controller) => controller.zoomBy(1 / 1.4),
  "-": (controller) => controller.zoomBy(1.4),
  "0": (controller) => controller.setRange(controller.domain),
};

function filteredRange(
  filter: ViewState["filter"],
  axis: ViewState["axis"],
  domain: Range,
): Range | undefined {
  if (axis === "time") return undefined;
  const { from, to } = filter.turns;
  if (from === undefined && to === undefined) return undefined;
  return { from: from ?? domain.from, to: to === undefined ? domain.to : to + 1 };
}

function brushed(from: number, to: number, axis: ViewState["axis"]): Partial<ViewState["filter"]> {
  if (axis === "turn")
    return { turns: { from: Math.floor(from), to: Math.max(Math.floor(from), Math.ceil(to) - 1) } };
  const moment = (micros: number) => new Date(Math.round(micros / 1000)).toISOString().replace("Z", "000Z");
  return { time: { from: moment(from), to: moment(to) } };
}
