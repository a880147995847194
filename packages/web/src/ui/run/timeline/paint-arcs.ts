import { type Arc, toPixel } from "../../../logic/timeline/index.ts";
import type { Scene } from "./scene.ts";

/** Curves from causes to the selected event and from it to its effects, with a dot where they end. */
export function paintArcs(context: CanvasRenderingContext2D, scene: Scene): void {
  const { theme } = scene;
  context.lineWidth = 1.5;
  context.globalAlpha = scene.arcs.length > 40 ? 0.45 : 0.85;
  for (const arc of scene.arcs) {
    const from = pointOf(scene, arc.from);
    const to = pointOf(scene, arc.to);
    if (!from || !to) continue;
    const color = arc.role === "cause" ? theme.cause : theme.effect;
    context.strokeStyle = color;
    context.fillStyle = color;
    const bend = from.y === to.y ? bendOf(scene, from.y, Math.abs(to.x - from.x)) : 0;
    const middle = (from.x + to.x) / 2;
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.bezierCurveTo(middle, from.y - bend, middle, to.y - bend, to.x, to.y);
    context.stroke();
    const end = arc.role === "cause" ? from : to;
    context.beginPath();
    context.arc(end.x, end.y, 3, 0, Math.PI * 2);
    context.fill();
  }
  context.globalAlpha = 1;
}

/** How far up a curve within one lane swings; down where the axis would cover it. */
function bendOf(scene: Scene, y: number, distance: number): number {
  const bend = Math.min(26, 8 + distance / 6);
  return y - bend < scene.axisHeight ? -bend : bend;
}

function pointOf(scene: Scene, { lane, position }: Arc["from"]): { x: number; y: number } | undefined {
  const row = scene.rowOf(lane);
  if (row === undefined) return undefined;
  return {
    x: toPixel(scene.range, scene.width, position),
    y: scene.axisHeight + row * scene.rowHeight + (scene.rowHeight - scene.stripHeight) / 2 - scene.scrollTop,
  };
}
