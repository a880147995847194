import { stripPieces } from "../../../logic/timeline/index.ts";
import type { Scene } from "./scene.ts";

/** Under each agent's lane the chosen variable: a colour for a text or boolean, a line for numbers, all lanes on one scale. */
export function paintStrips(context: CanvasRenderingContext2D, scene: Scene): void {
  if (scene.strips === undefined) return;
  const { width, range, lanes, rowHeight, scrollTop, stripHeight, theme } = scene;
  const { strips, colors } = scene.strips;
  const first = Math.max(0, Math.floor(scrollTop / rowHeight));
  const last = Math.min(
    lanes.length - 1,
    Math.ceil((scrollTop + scene.height - scene.axisHeight) / rowHeight),
  );
  for (let row = first; row <= last; row++) {
    const agent = lanes[row]?.agent;
    const values = agent === undefined ? undefined : strips.lanes.get(agent);
    if (!values) continue;
    const top = scene.axisHeight + (row + 1) * rowHeight - scrollTop - stripHeight - 1;
    const pieces = stripPieces(strips, values, range, width);
    if (strips.kind === "categories") {
      for (const { from, to, code } of pieces) {
        context.fillStyle = colors[code] ?? theme.faint;
        context.fillRect(from, top, Math.max(0.75, to - from), stripHeight - 1);
      }
      continue;
    }
    const bottom = top + stripHeight - 1;
    const y = (share: number) => top + 1 + (1 - share) * (stripHeight - 3);
    context.fillStyle = colors[0] ?? theme.ink;
    context.globalAlpha = 0.25;
    for (const { from, to, high } of pieces) context.fillRect(from, y(high), to - from, bottom - y(high));
    context.globalAlpha = 1;
    context.strokeStyle = colors[0] ?? theme.ink;
    context.lineWidth = 1.25;
    context.beginPath();
    let end = Number.NaN;
    for (const { from, to, low, high } of pieces) {
      // A step for each value; a gap where there was none.
      if (Math.abs(from - end) < 0.01) context.lineTo(from, y(high));
      else context.moveTo(from, y(high));
      if (low < high) context.lineTo(from, y(low));
      context.lineTo(to, y(low));
      end = to;
    }
    context.stroke();
  }
}
