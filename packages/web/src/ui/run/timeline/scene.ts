import type {
  Arc,
  Density,
  Flag,
  Lane,
  LaneId,
  LaneStrips,
  Mark,
  PlacedEvent,
  Range,
  Tick,
} from "../../../logic/timeline/index.ts";
import type { CanvasTheme } from "../../canvas/index.ts";

const TICKS_HEIGHT = 22;
export const FLAGS_HEIGHT = 17;

/** Flags have a row of their own below the ticks. */
export function axisHeight(hasFlags: boolean): number {
  return TICKS_HEIGHT + (hasFlags ? FLAGS_HEIGHT : 0);
}

/** A variable under the lanes, with its colours. */
export interface SceneStrips {
  strips: LaneStrips;
  /** By category, or of numbers the first. */
  colors: readonly string[];
}

/** How much of a lane's height its strip takes. */
export function stripHeight(strips: SceneStrips | undefined): number {
  return strips === undefined ? 0 : strips.strips.kind === "categories" ? 8 : 16;
}

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
  axisHeight: number;
  strips: SceneStrips | undefined;
  /** Of a row, what its events do not have. */
  stripHeight: number;
  /** Where phases begin. */
  flags: readonly Flag[];
  /** Where the page's condition became true. */
  moments: readonly number[];
  /** How far the lanes are scrolled. */
  scrollTop: number;
  /** Of the data: grows with every answer. */
  version: string;
  /** The overview first, finer ones over it. */
  densities: readonly Density[];
  marks: readonly Mark[];
  byEvent: boolean;
  selected: string | undefined;
  /** Of the selected event, where it is known. */
  selectedPlace: PlacedEvent | undefined;
  hovered: string | undefined;
  arcs: readonly Arc[];
  playhead: number;
  /** The filtered part of the axis; the rest is shaded. */
  filtered: Range | undefined;
}
