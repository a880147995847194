import type { Lane } from "../../../logic/timeline/index.ts";

interface PicturedTimeline {
  canvas: HTMLCanvasElement;
  /** What the canvas lies in: its style, and how far it is scrolled. */
  area: HTMLElement;
  lanes: readonly Lane[];
  rowHeight: number;
  axisHeight: number;
}

/** The timeline as it stands, lane names included, as a PNG. */
export async function pictureOf({
  canvas,
  area,
  lanes,
  rowHeight,
  axisHeight,
}: PicturedTimeline): Promise<Blob | undefined> {
  const ratio = canvas.width / Math.max(1, canvas.clientWidth);
  const gutter = canvas.offsetLeft;
  const picture = document.createElement("canvas");
  picture.width = canvas.width + Math.round(gutter * ratio);
  picture.height = canvas.height;
  const context = picture.getContext("2d");
  if (!context) return undefined;
  const style = getComputedStyle(area);
  context.fillStyle = style.getPropertyValue("--ground");
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(canvas, gutter * ratio, 0);
  context.scale(ratio, ratio);
  context.font = `12px ${style.fontFamily}`;
  context.textBaseline = "middle";
  context.fillStyle = style.color;
  for (const [row, { label }] of lanes.entries()) {
    const middle = axisHeight + (row + 0.5) * rowHeight - area.scrollTop;
    if (middle > axisHeight && middle < area.clientHeight) context.fillText(label, 10, middle, gutter - 14);
  }
  return new Promise((resolve) => picture.toBlob((blob) => resolve(blob ?? undefined), "image/png"));
}
