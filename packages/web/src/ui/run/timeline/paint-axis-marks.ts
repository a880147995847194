import { placedFlags, tickPixels } from "../../../logic/timeline/index.ts";
import { axisHeight, FLAGS_HEIGHT, type Scene } from "./scene.ts";

/** Phases, each a flag where it begins, with a pole through the lanes. */
export function paintFlags(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, height, theme, range, flags } = scene;
  if (flags.length === 0) return;
  const top = axisHeight(false);
  context.font = theme.font;
  context.textBaseline = "middle";
  for (const { x, label, side } of placedFlags(
    flags,
    range,
    width,
    (text) => context.measureText(text).width,
  )) {
    const left = Math.round(x);
    context.fillStyle = theme.cause;
    context.globalAlpha = 0.35;
    context.fillRect(left, scene.axisHeight, 1, height);
    context.globalAlpha = 1;
    context.fillRect(left, top, 2, FLAGS_HEIGHT - 1);
    if (label === undefined) {
      // Too narrow for its name: a pennant.
      context.beginPath();
      context.moveTo(left + 2, top + 1);
      context.lineTo(left + 8, top + 4.5);
      context.lineTo(left + 2, top + 8);
      context.fill();
      continue;
    }
    const wide = context.measureText(label).width + 6;
    const start = side === "right" ? left + 2 : left - wide;
    context.globalAlpha = 0.14;
    context.fillRect(start, top + 1, wide, FLAGS_HEIGHT - 4);
    context.globalAlpha = 1;
    context.fillStyle = theme.ink;
    context.fillText(label, start + 3, top + FLAGS_HEIGHT / 2 - 0.5);
  }
}

/** A wedge on the axis, and a faint line through the lanes, wherever the page's condition became true. */
export function paintMoments(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, height, theme, range, moments } = scene;
  const bottom = axisHeight(false) - 1;
  const pixels = tickPixels(moments, range, width);
  context.fillStyle = theme.effect;
  for (const x of pixels) {
    context.beginPath();
    context.moveTo(x - 3.5, bottom - 7);
    context.lineTo(x + 3.5, bottom - 7);
    context.lineTo(x, bottom);
    context.fill();
  }
  context.globalAlpha = pixels.length > 60 ? 0.12 : 0.4;
  for (const x of pixels) context.fillRect(x - 0.5, scene.axisHeight, 1, height);
  context.globalAlpha = 1;
}
