import {
  type Density,
  KIND_COUNT,
  peakOf,
  type Range,
  tickPixels,
  toPixel,
} from "../../logic/timeline/index.ts";
import type { CanvasTheme } from "./canvas-theme.ts";

export interface OverviewScene {
  width: number;
  height: number;
  theme: CanvasTheme;
  domain: Range;
  density: Density | undefined;
  range: Range;
  filtered: Range | undefined;
  playhead: number | undefined;
  /** Where something became true. */
  moments?: readonly number[];
  /** A turn to be marked: where two runs part. */
  divergence?: number | undefined;
}

/** The whole run in one strip: all kinds stacked, the part on screen framed, what the filter leaves out shaded. */
export function paintOverview(context: CanvasRenderingContext2D, scene: OverviewScene): void {
  const { width, height, theme, domain, density, range, filtered, playhead } = scene;
  context.fillStyle = theme.ground;
  context.fillRect(0, 0, width, height);
  if (density) paintStack(context, scene, density);
  if (filtered) {
    context.fillStyle = theme.shade;
    const from = toPixel(domain, width, filtered.from);
    const to = toPixel(domain, width, filtered.to);
    context.fillRect(0, 0, from, height);
    context.fillRect(to, 0, width - to, height);
    context.fillStyle = theme.accent;
    context.fillRect(from - 1, 0, 2, height);
    context.fillRect(to - 1, 0, 2, height);
  }
  const left = toPixel(domain, width, range.from);
  const right = toPixel(domain, width, range.to);
  if (right - left < width - 1) {
    context.strokeStyle = theme.ink;
    context.lineWidth = 1;
    context.strokeRect(Math.round(left) + 0.5, 0.5, Math.max(2, Math.round(right - left) - 1), height - 1);
  }
  if (playhead !== undefined) {
    context.fillStyle = theme.accent;
    context.fillRect(
      Math.min(width - 2, Math.max(0, toPixel(domain, width, playhead) - 0.75)),
      0,
      1.5,
      height,
    );
  }
  context.fillStyle = theme.effect;
  for (const x of tickPixels(scene.moments ?? [], domain, width)) context.fillRect(x - 0.75, 0, 1.5, 6);
  if (scene.divergence !== undefined) {
    context.fillStyle = theme.effect;
    context.fillRect(toPixel(domain, width, scene.divergence) - 1, 0, 2, height);
  }
}

function paintStack(
  context: CanvasRenderingContext2D,
  scene: OverviewScene,
  { edges, kinds }: Density,
): void {
  const { width, height, theme, domain } = scene;
  const peak = Math.max(1, peakOf(kinds));
  for (let bucket = 0; bucket + 1 < edges.length; bucket++) {
    const x = toPixel(domain, width, edges[bucket] ?? 0);
    const wide = toPixel(domain, width, edges[bucket + 1] ?? 0) - x;
    let base = height;
    for (let kind = 0; kind < KIND_COUNT; kind++) {
      const count = kinds[bucket * KIND_COUNT + kind] ?? 0;
      if (count === 0) continue;
      const high = (count / peak) * (height - 3);
      base -= high;
      context.fillStyle = theme.kinds[kind] ?? theme.ink;
      context.fillRect(x, base, Math.max(0.75, wide > 4 ? wide - 1 : wide), high);
    }
  }
}
