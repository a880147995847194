import { length, type Range, toPixel } from "../../../logic/timeline/index.ts";
import type { Scene } from "./scene.ts";

/** How much of a screen is drawn ahead on either side. */
const AHEAD = 0.5;

/** What does not change while the timeline is panned or played: drawn once, half a screen ahead, and moved as a picture. */
export interface StaticLayer {
  /** Copies what `paintBase` draws for the scene; draws it anew only where the picture does not serve. */
  draw(context: CanvasRenderingContext2D, scene: Scene, ratio: number): void;
}

export function createStaticLayer(
  paintBase: (context: CanvasRenderingContext2D, scene: Scene) => void,
): StaticLayer {
  const canvas = document.createElement("canvas");
  let drawn: { scene: Scene; range: Range; ratio: number } | undefined;

  function serves(scene: Scene, ratio: number): boolean {
    if (!drawn || drawn.ratio !== ratio || !sameGround(drawn.scene, scene)) return false;
    return scene.range.from >= drawn.range.from - 1e-9 && scene.range.to <= drawn.range.to + 1e-9;
  }

  return {
    draw(context, scene, ratio) {
      if (!serves(scene, ratio)) {
        const ahead = length(scene.range) * AHEAD;
        const range = { from: scene.range.from - ahead, to: scene.range.to + ahead };
        const width = scene.width * (1 + 2 * AHEAD);
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(scene.height * ratio);
        const own = canvas.getContext("2d", { alpha: false });
        if (!own) return;
        own.setTransform(ratio, 0, 0, ratio, 0, 0);
        paintBase(own, { ...scene, range, width });
        drawn = { scene, range, ratio };
      }
      if (!drawn) return;
      const left = toPixel(drawn.range, scene.width * (1 + 2 * AHEAD), scene.range.from);
      const [x, wide, high] = [
        Math.round(left * ratio),
        Math.round(scene.width * ratio),
        Math.round(scene.height * ratio),
      ];
      context.drawImage(canvas, x, 0, wide, high, 0, 0, scene.width, scene.height);
    },
  };
}

/** Whether two scenes differ in nothing but how far they are panned and in what is drawn over the base. */
function sameGround(one: Scene, other: Scene): boolean {
  const zoomed = Math.abs(length(one.range) - length(other.range)) > length(one.range) * 1e-9;
  return (
    !zoomed &&
    one.width === other.width &&
    one.height === other.height &&
    one.theme === other.theme &&
    one.lanes === other.lanes &&
    one.rowHeight === other.rowHeight &&
    one.axisHeight === other.axisHeight &&
    one.strips === other.strips &&
    one.scrollTop === other.scrollTop &&
    one.version === other.version &&
    one.byEvent === other.byEvent &&
    one.marks.length === other.marks.length &&
    one.marks[0] === other.marks[0] &&
    one.marks.at(-1) === other.marks.at(-1)
  );
}
