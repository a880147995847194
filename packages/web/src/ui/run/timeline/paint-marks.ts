import { type Mark, toPixel } from "../../../logic/timeline/index.ts";
import { traceShape } from "./mark-shapes.ts";
import type { Scene } from "./scene.ts";

/** As large as their neighbours leave room for, in pixels. */
function radiusOf({ rowHeight, stripHeight, width, range, marks }: Scene): number {
  const [first, last] = [marks[0], marks.at(-1)];
  const span =
    first && last
      ? Math.max(1e-9, toPixel(range, width, last.position) - toPixel(range, width, first.position))
      : width;
  return Math.min(
    4.5,
    (rowHeight - stripHeight) / 4,
    Math.max(2.4, (span / Math.max(1, marks.length)) * 1.2),
  );
}

function pointOf(scene: Scene, mark: Pick<Mark, "lane" | "position">): { x: number; y: number } | undefined {
  const row = scene.rowOf(mark.lane);
  if (row === undefined) return undefined;
  const point = {
    x: toPixel(scene.range, scene.width, mark.position),
    y: scene.axisHeight + row * scene.rowHeight + (scene.rowHeight - scene.stripHeight) / 2 - scene.scrollTop,
  };
  const outside = point.x < -8 || point.x > scene.width + 8 || point.y < 0 || point.y > scene.height + 10;
  return outside ? undefined : point;
}

/** One shape per event, coloured by kind. */
export function paintMarks(context: CanvasRenderingContext2D, scene: Scene): void {
  const radius = radiusOf(scene);
  for (let kind = 0; kind < scene.theme.kinds.length; kind++) {
    context.fillStyle = scene.theme.kinds[kind] ?? scene.theme.ink;
    for (const mark of scene.marks) {
      const point = mark.kindIndex === kind ? pointOf(scene, mark) : undefined;
      if (!point) continue;
      traceShape(context, kind, point.x, point.y, radius);
      context.fill();
    }
  }
}

/** The selected mark and the hovered one, larger and ringed, over the others. */
export function paintPicked(context: CanvasRenderingContext2D, scene: Scene): void {
  const { theme } = scene;
  for (const mark of scene.marks) {
    if (mark.id !== scene.selected && mark.id !== scene.hovered) continue;
    const point = pointOf(scene, mark);
    if (!point) continue;
    const radius = radiusOf(scene);
    context.fillStyle = theme.kinds[mark.kindIndex] ?? theme.ink;
    traceShape(context, mark.kindIndex, point.x, point.y, radius + 1.5);
    context.fill();
    context.strokeStyle = mark.id === scene.selected ? theme.ink : theme.faint;
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(point.x, point.y, radius + 4.5, 0, Math.PI * 2);
    context.stroke();
  }
}

/** Pixels of the selected event's mark where the others are bars. */
const AMONG_BARS = 5;

/** The selected event as a mark upon the bars, on ground of its own. */
export function paintSelectedAmongBars(context: CanvasRenderingContext2D, scene: Scene): void {
  const { theme, selectedPlace: place } = scene;
  const point = place && pointOf(scene, place);
  if (!place || !point) return;
  context.beginPath();
  context.arc(point.x, point.y, AMONG_BARS + 4, 0, Math.PI * 2);
  context.fillStyle = theme.ground;
  context.fill();
  context.strokeStyle = theme.ink;
  context.lineWidth = 1.5;
  context.stroke();
  context.fillStyle = theme.kinds[place.kindIndex] ?? theme.ink;
  traceShape(context, place.kindIndex, point.x, point.y, AMONG_BARS);
  context.fill();
}
