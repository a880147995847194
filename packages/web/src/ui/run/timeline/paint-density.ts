import { type Density, foldedAgents, KIND_COUNT, peakOf, toPixel } from "../../../logic/timeline/index.ts";
import type { Scene } from "./scene.ts";

const peaks = new WeakMap<Float32Array, number>();

/** Bars in each lane, stacked by kind; as high as the root of their share of the lane's fullest bucket. */
export function paintDensity(context: CanvasRenderingContext2D, scene: Scene): void {
  for (const [at, density] of scene.densities.entries()) paintOne(context, scene, density, at > 0);
}

function paintOne(context: CanvasRenderingContext2D, scene: Scene, density: Density, over: boolean): void {
  const { width, range, lanes, rowHeight, scrollTop, theme } = scene;
  const { edges } = density;
  const [first, last] = visibleBuckets(edges, range.from, range.to);
  if (last < first) return;
  const firstRow = Math.floor(scrollTop / rowHeight);
  const lastRow = Math.min(
    lanes.length - 1,
    Math.ceil((scrollTop + scene.height - scene.axisHeight) / rowHeight),
  );
  const left = toPixel(range, width, edges[first] ?? 0);
  const right = toPixel(range, width, edges[last + 1] ?? 0);
  const xs = new Float32Array(last - first + 2);
  for (let bucket = first; bucket <= last + 1; bucket++)
    xs[bucket - first] = toPixel(range, width, edges[bucket] ?? 0);
  const bases = new Float32Array(last - first + 1);

  for (let row = firstRow; row <= lastRow; row++) {
    const lane = lanes[row];
    if (!lane) continue;
    const top = scene.axisHeight + row * rowHeight - scrollTop;
    if (over) {
      context.fillStyle = row % 2 === 1 ? theme.stripe : theme.ground;
      context.fillRect(left, top, right - left, rowHeight);
    }
    const counts = lane.id === "agents" ? foldedAgents(density) : density.lanes.get(lane.id);
    if (!counts) continue;
    const peak = peakFor(counts);
    const full = rowHeight - scene.stripHeight - 5;
    bases.fill(top + rowHeight - scene.stripHeight - 2);
    for (let kind = 0; kind < KIND_COUNT; kind++) {
      context.fillStyle = theme.kinds[kind] ?? theme.ink;
      for (let bucket = first; bucket <= last; bucket++) {
        const count = counts[bucket * KIND_COUNT + kind] ?? 0;
        if (count === 0) continue;
        let sum = 0;
        for (let other = 0; other < KIND_COUNT; other++) sum += counts[bucket * KIND_COUNT + other] ?? 0;
        const height = Math.max(1, (Math.sqrt(sum / peak) * full * count) / sum);
        const at = bucket - first;
        const x = xs[at] ?? 0;
        const wide = (xs[at + 1] ?? x) - x;
        const base = (bases[at] ?? 0) - height;
        bases[at] = base;
        context.fillRect(x, base, Math.max(0.75, wide > 4 ? wide - 1 : wide), height);
      }
    }
  }
}

function visibleBuckets(edges: Float64Array, from: number, to: number): [number, number] {
  let first = 0;
  while (first + 2 < edges.length && (edges[first + 1] ?? 0) <= from) first++;
  let last = edges.length - 2;
  while (last > first && (edges[last] ?? 0) >= to) last--;
  return [first, last];
}

function peakFor(counts: Float32Array): number {
  const known = peaks.get(counts);
  if (known !== undefined) return known;
  const peak = Math.max(1, peakOf(counts));
  peaks.set(counts, peak);
  return peak;
}
