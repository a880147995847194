import { type ChartData, readingAt } from "../../logic/charts/index.ts";

const ROW = 18;
const MARGIN = 10;

/** A chart as a PNG: its name, the plot as it stands on the screen, and what its lines are. */
export async function chartPicture(
  name: string,
  plot: HTMLCanvasElement,
  data: ChartData,
): Promise<Blob | undefined> {
  const ratio = plot.width / Math.max(1, plot.clientWidth);
  const style = getComputedStyle(document.documentElement);
  const read = (token: string) => style.getPropertyValue(token).trim();
  const width = plot.clientWidth + 2 * MARGIN;
  const picture = document.createElement("canvas");
  const context = picture.getContext("2d");
  if (!context) return undefined;
  const font = `12px ${read("--font")}`;
  context.font = font;
  const { items } = readingAt(data, 0);
  const places = placed(
    items.map(({ label }) => context.measureText(label).width + 40),
    width - 2 * MARGIN,
  );
  const legend = ((places.at(-1)?.row ?? 0) + 1) * ROW;
  const height = ROW + 8 + plot.clientHeight + legend + 2 * MARGIN;
  picture.width = Math.round(width * ratio);
  picture.height = Math.round(height * ratio);
  context.scale(ratio, ratio);
  context.fillStyle = read("--ground");
  context.fillRect(0, 0, width, height);
  context.fillStyle = read("--ink");
  context.textBaseline = "middle";
  context.font = `600 13px ${read("--font")}`;
  context.fillText(name, MARGIN, MARGIN + ROW / 2, width - 2 * MARGIN);
  context.drawImage(plot, MARGIN, MARGIN + ROW + 8, plot.clientWidth, plot.clientHeight);
  context.font = font;
  const top = MARGIN + ROW + 8 + plot.clientHeight + 6;
  for (const [at, { label, color, dash, opacity }] of items.entries()) {
    const { x = 0, row = 0 } = places[at] ?? {};
    const y = top + row * ROW + ROW / 2;
    context.strokeStyle = color;
    const fill = opacity ?? (data.stacked ? 0.55 : undefined);
    context.globalAlpha = fill ?? 1;
    context.lineWidth = fill === undefined ? 2 : 8;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(MARGIN + x, y);
    context.lineTo(MARGIN + x + 18, y);
    context.stroke();
    context.globalAlpha = 1;
    context.fillStyle = read("--ink-soft");
    context.fillText(label, MARGIN + x + 24, y);
  }
  return new Promise((resolve) => picture.toBlob((blob) => resolve(blob ?? undefined), "image/png"));
}

/** Where each of so wide things stands in rows of a width. */
function placed(widths: readonly number[], room: number): { x: number; row: number }[] {
  let [x, row] = [0, 0];
  return widths.map((width) => {
    if (x > 0 && x + width > room) {
      x = 0;
      row++;
    }
    const place = { x, row };
    x += width;
    return place;
  });
}
