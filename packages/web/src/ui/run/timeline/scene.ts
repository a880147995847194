import type { Arc, Density, Lane, LaneId, Mark, Range, Tick } from "../../../logic/timeline/index.ts";
import type { CanvasTheme } from "../../canvas/index.ts";

export const AXIS_HEIGHT = 22;

/** All that one frame of the timeline is drawn from. Lengths in CSS pixels. */
export interface Scene {
  width: number;
  height: number;
  theme: CanvasTheme;
  range: Range;
  ticks: readonly Tick[];
  lanes: readonly Lane[];
  rowOf: (lane: LaneId) => number | undefined;
  rowHeight: number;
  /** How far the lanes are scrolled. */
  scrollTop: number;
  /** Of the data: grows with every answer. */
  version: string;
  /** The overview first, finer ones over it. */
  densities: readonly Density[];
  marks: readonly Mark[];
  byEvent: boolean;
  selected: string | undefined;
  hovered: string | undefined;
  arcs: readonly Arc[];
  playhead: number;
  /** The filtered part of the axis; the rest is shaded. */
  filtered: Range | undefined;
}
