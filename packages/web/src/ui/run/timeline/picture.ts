/** The timeline as it stands, lane names included, as a PNG. */
export async function timelinePicture(): Promise<Blob | undefined> {
  const canvas = document.querySelector<HTMLCanvasElement>(".lanes-canvas");
  const area = document.querySelector<HTMLElement>(".lanes-scroll");
  if (!canvas || !area) return undefined;
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
  const top = area.getBoundingClientRect().top;
  for (const label of area.querySelectorAll<HTMLElement>(".lane-label")) {
    const box = label.getBoundingClientRect();
    context.fillText(label.textContent ?? "", 10, box.top - top + box.height / 2, gutter - 14);
  }
  return new Promise((resolve) => picture.toBlob((blob) => resolve(blob ?? undefined), "image/png"));
}
