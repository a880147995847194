import { length, toPixel } from "../../../logic/timeline/index.ts";
import { paintArcs } from "./paint-arcs.ts";
import { paintFlags, paintMoments } from "./paint-axis-marks.ts";
import { paintDensity } from "./paint-density.ts";
import { paintMarks, paintPicked, paintSelectedAmongBars } from "./paint-marks.ts";
import { paintStrips } from "./paint-strips.ts";
import { axisHeight, type Scene } from "./scene.ts";
import type { StaticLayer } from "./static-layer.ts";

/** The part of the axis that has the ticks. */
const TICKS = axisHeight(false);

/** Draws a frame. The context is scaled so that its unit is a CSS pixel. */
export function paint(
  context: CanvasRenderingContext2D,
  scene: Scene,
  base: StaticLayer,
  ratio: number,
): void {
  const { width, height } = scene;
  base.draw(context, scene, ratio);
  context.save();
  context.beginPath();
  context.rect(0, scene.axisHeight, width, height - scene.axisHeight);
  context.clip();
  if (scene.byEvent) paintPicked(context, scene);
  else paintSelectedAmongBars(context, scene);
  paintArcs(context, scene);
  context.restore();
  paintAxis(context, scene);
  paintFlags(context, scene);
  paintMoments(context, scene);
  paintShade(context, scene);
  paintPlayhead(context, scene);
}

/** Lanes and what is in them: the part that stays the same while panning. */
export function paintBase(context: CanvasRenderingContext2D, scene: Scene): void {
  context.fillStyle = scene.theme.ground;
  context.fillRect(0, 0, scene.width, scene.height);
  paintRows(context, scene);
  if (scene.byEvent) paintMarks(context, scene);
  else {
    // Where a variable is looked at, the events are behind it.
    context.globalAlpha = scene.strips ? 0.35 : 1;
    paintDensity(context, scene);
    context.globalAlpha = 1;
  }
  paintStrips(context, scene);
}

function paintRows(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, theme, rowHeight, lanes } = scene;
  const first = Math.floor(scene.scrollTop / rowHeight);
  const last = Math.min(lanes.length - 1, Math.ceil((scene.scrollTop + scene.height) / rowHeight));
  context.fillStyle = theme.stripe;
  for (let row = first; row <= last; row++)
    if (row % 2 === 1)
      context.fillRect(0, scene.axisHeight + row * rowHeight - scene.scrollTop, width, rowHeight);
}

function paintAxis(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, height, theme, range, ticks } = scene;
  context.fillStyle = theme.line;
  for (const { position } of ticks)
    context.fillRect(Math.round(toPixel(range, width, position)), scene.axisHeight, 1, height);
  context.fillStyle = theme.ground;
  context.fillRect(0, 0, width, scene.axisHeight);
  context.fillStyle = theme.line;
  context.fillRect(0, scene.axisHeight - 1, width, 1);
  context.font = theme.font;
  context.textBaseline = "middle";
  for (const { position, label } of ticks) {
    const x = Math.round(toPixel(range, width, position));
    context.fillStyle = theme.line;
    context.fillRect(x, TICKS - 6, 1, 6);
    context.fillStyle = theme.faint;
    // A number that is cut reads as another number.
    if (x + 4 + context.measureText(label).width <= width) context.fillText(label, x + 4, TICKS / 2);
  }
}

function paintShade(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, height, theme, range, filtered } = scene;
  if (!filtered) return;
  context.fillStyle = theme.shade;
  const from = toPixel(range, width, filtered.from);
  const to = toPixel(range, width, filtered.to);
  if (from > 0) context.fillRect(0, scene.axisHeight, Math.min(width, from), height);
  if (to < width) context.fillRect(Math.max(0, to), scene.axisHeight, width, height);
}

function paintPlayhead(
  context: CanvasRenderingContext2D,
  { width, height, theme, range, playhead }: Scene,
): void {
  const x = toPixel(range, width, playhead);
  if (x < -6 || x > width + 6 || length(range) <= 0) return;
  const at = Math.min(width - 1, Math.max(0, Math.round(x)));
  context.fillStyle = theme.accent;
  context.fillRect(at - 0.5, 8, 1.5, height);
  context.beginPath();
  context.moveTo(at - 5, 2);
  context.lineTo(at + 5.5, 2);
  context.lineTo(at + 5.5, 9);
  context.lineTo(at + 0.25, 15);
  context.lineTo(at - 5, 9);
  context.fill();
}
