import type { CausalityAnswer } from "@llm-sim/api";
import { EVENT_TYPES, type Event } from "@llm-sim/events/schema";
import { microseconds } from "../../../logic/format/index.ts";
import {
  arcsOf,
  type Bar,
  barAt,
  type Density,
  type Flag,
  follow,
  type Lane,
  laneOf,
  laneRows,
  type Mark,
  markAt,
  type PlacedEvent,
  pan,
  type Range,
  SHORTEST,
  timeTicks,
  toPosition,
  turnTicks,
  within,
  zoom,
} from "../../../logic/timeline/index.ts";
import type { Axis } from "../../../logic/view/index.ts";
import { type CanvasTheme, paintOverview, prepareCanvas } from "../../canvas/index.ts";
import type { RunSession } from "../session.ts";
import { paint, paintBase } from "./paint.ts";
import { axisHeight, type SceneStrips, stripHeight } from "./scene.ts";
import { createStaticLayer } from "./static-layer.ts";

/** What the surrounding page tells the drawing. */
export interface TimelineInputs {
  session: RunSession;
  theme: CanvasTheme;
  lanes: readonly Lane[];
  rowHeight: number;
  strips: SceneStrips | undefined;
  flags: readonly Flag[];
  /** Where the page's condition became true, on the axis. */
  moments: readonly number[];
  scrollTop: number;
  /** The selected event among its causes and effects. */
  causality: CausalityAnswer | undefined;
  /** The playhead's moment in microseconds, where the axis is time and it is known. */
  playheadTime: number | undefined;
  filtered: Range | undefined;
}

/** Draws the two canvases whenever something changed, at most once a frame, and only then. */
export class TimelineController {
  private inputs: TimelineInputs | undefined;
  private frame: number | undefined;
  private hovered: string | undefined;
  private marks: readonly Mark[] = [];
  /** What the lanes' bars are drawn from; empty where each event is drawn. */
  private bars: readonly Density[] = [];
  private readonly base = createStaticLayer(paintBase);
  private readonly main: HTMLCanvasElement;
  private readonly strip: HTMLCanvasElement;

  constructor(main: HTMLCanvasElement, strip: HTMLCanvasElement) {
    this.main = main;
    this.strip = strip;
  }

  set(inputs: TimelineInputs): void {
    this.inputs = inputs;
    this.invalidate();
  }

  invalidate(): void {
    this.frame ??= requestAnimationFrame((time) => this.draw(time));
  }

  close(): void {
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.inputs = undefined;
  }

  get axisHeight(): number {
    return axisHeight((this.inputs?.flags.length ?? 0) > 0);
  }

  get width(): number {
    return this.main.clientWidth;
  }

  get domain(): Range {
    const session = this.inputs?.session;
    return session ? session.domains[session.view.get().axis] : { from: 0, to: 1 };
  }

  get range(): Range {
    const kept = this.inputs?.session.view.get().range;
    return kept ? within(kept, this.domain) : this.domain;
  }

  setRange(range: Range): void {
    const { from, to } = this.domain;
    const next = within(range, this.domain);
    this.inputs?.session.view.set({ range: next.from <= from && next.to >= to ? undefined : next });
  }

  zoomBy(factor: number, pixel = this.width / 2): void {
    const axis = this.inputs?.session.view.get().axis ?? "turn";
    this.setRange(
      zoom(this.range, this.domain, factor, toPosition(this.range, this.width, pixel), SHORTEST[axis]),
    );
  }

  /** Positive goes on. */
  panBy(pixels: number): void {
    const range = this.range;
    this.setRange(pan(range, this.domain, ((range.to - range.from) / Math.max(1, this.width)) * pixels));
  }

  /** Keeps a position in sight while playing. */
  reveal(position: number): void {
    const moved = follow(this.range, this.domain, position);
    if (moved !== this.range) this.setRange(moved);
  }

  /** Brings an event into sight, moving no more than it takes. */
  revealEvent(event: Event): void {
    const byTime = this.inputs?.session.view.get().axis === "time";
    const position = byTime
      ? microseconds(event.timestamp)
      : (this.markOf(event.event_id)?.position ?? event.turn_number + 0.5);
    const { from, to } = this.range;
    if (position !== undefined && (position < from || position > to)) this.reveal(position);
  }

  hover(mark: Mark | undefined): void {
    if (this.hovered === mark?.id) return;
    this.hovered = mark?.id;
    this.invalidate();
  }

  /** The event at a point of the lanes' canvas. */
  markAt(x: number, y: number): Mark | undefined {
    if (!this.inputs) return undefined;
    const { lanes, rowHeight, scrollTop } = this.inputs;
    const row = Math.floor((y - this.axisHeight + scrollTop) / rowHeight);
    return markAt(this.marks, laneRows(lanes), this.range, this.width, { x, row });
  }

  /** The bar at a point of the lanes' canvas, where events are too many to be drawn one by one. */
  barAt(x: number, y: number): Bar | undefined {
    if (!this.inputs || y < this.axisHeight) return undefined;
    const { lanes, rowHeight, scrollTop } = this.inputs;
    const lane = lanes[Math.floor((y - this.axisHeight + scrollTop) / rowHeight)];
    return lane && barAt(this.bars, lane, toPosition(this.range, this.width, x));
  }

  markOf(eventId: string): Mark | undefined {
    return this.marks.find((mark) => mark.id === eventId);
  }

  /** On the axis; the end where there is no playhead. */
  playheadPosition(): number {
    const view = this.inputs?.session.view.get();
    if (!view?.playhead) return this.domain.to;
    if (view.axis === "time") return this.inputs?.playheadTime ?? this.domain.to;
    const { turn, eventId } = view.playhead;
    if (eventId === undefined) return turn + 1;
    return this.markOf(eventId)?.position ?? turn + 0.5;
  }

  /** Where the selected event stands, also while it has no mark of its own. */
  private selectedPlace(selected: string | undefined, axis: Axis): PlacedEvent | undefined {
    const event = this.inputs?.causality?.event;
    if (!event || event.event_id !== selected) return undefined;
    const position =
      axis === "time"
        ? microseconds(event.timestamp)
        : (this.markOf(event.event_id)?.position ?? event.turn_number + 0.5);
    if (position === undefined) return undefined;
    return { lane: laneOf(event), kindIndex: EVENT_TYPES.indexOf(event.event_type), position };
  }

  private draw(time: number): void {
    this.frame = undefined;
    const inputs = this.inputs;
    if (!inputs) return;
    const { session, theme } = inputs;
    const { view, timeline, playback } = session;
    const { axis, selected, step } = view.get();
    if (playback.get()) {
      playback.frame(time);
      this.invalidate();
    }
    const range = this.range;
    const width = this.width;
    const height = this.main.clientHeight;
    if (width === 0 || height === 0) return;
    timeline.want(range, width);
    const { marks, densities, byEvent } = timeline.view(range, width);
    this.marks = marks;
    this.bars = byEvent ? [] : densities;
    const byTurn = axis === "turn" && step === "turn";
    const playhead = Math.min(this.domain.to, this.playheadPosition() + (byTurn ? playback.share : 0));
    const context = prepareCanvas(this.main, width, height);
    if (context) {
      paint(
        context,
        {
          width,
          height,
          theme,
          range,
          ticks: axis === "turn" ? turnTicks(range, width) : timeTicks(range, width),
          lanes: inputs.lanes,
          rowOf: laneRows(inputs.lanes),
          rowHeight: inputs.rowHeight,
          axisHeight: this.axisHeight,
          strips: axis === "turn" ? inputs.strips : undefined,
          stripHeight: axis === "turn" ? stripHeight(inputs.strips) : 0,
          flags: inputs.flags,
          moments: inputs.moments,
          scrollTop: inputs.scrollTop,
          version: `${timeline.id}/${timeline.get()}`,
          densities,
          marks,
          byEvent,
          selected,
          selectedPlace: this.selectedPlace(selected, axis),
          hovered: this.hovered,
          arcs: inputs.causality
            ? arcsOf(inputs.causality, new Map(marks.map((mark) => [mark.id, mark])), axis)
            : [],
          playhead,
          filtered: inputs.filtered,
        },
        this.base,
        window.devicePixelRatio || 1,
      );
    }
    const strip = prepareCanvas(this.strip, this.strip.clientWidth, this.strip.clientHeight);
    if (strip) {
      paintOverview(strip, {
        width: this.strip.clientWidth,
        height: this.strip.clientHeight,
        theme,
        domain: this.domain,
        density: timeline.overview,
        range,
        filtered: inputs.filtered,
        playhead,
        moments: inputs.moments,
      });
    }
  }
}
