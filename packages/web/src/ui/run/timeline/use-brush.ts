import { type RefObject, useEffect } from "react";
import { toPosition } from "../../../logic/timeline/index.ts";
import type { TimelineController } from "./controller.ts";

/** Shorter than this a drag over the strip is a click, in pixels. */
const SLACK = 4;

/** Dragging over the strip picks a part of the axis; a click on it moves the part on screen there. */
export function useBrush(
  canvas: RefObject<HTMLCanvasElement | null>,
  controller: RefObject<TimelineController | null>,
  onBrush: RefObject<(from: number, to: number, done: boolean) => void>,
): void {
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    let start: number | undefined;
    const pixel = (event: PointerEvent) => event.clientX - element.getBoundingClientRect().left;
    const position = (at: number) =>
      toPosition(
        controller.current?.domain ?? { from: 0, to: 1 },
        element.clientWidth,
        Math.min(element.clientWidth, Math.max(0, at)),
      );

    function down(event: PointerEvent): void {
      start = pixel(event);
      element?.setPointerCapture(event.pointerId);
    }
    function move(event: PointerEvent): void {
      if (start === undefined || Math.abs(pixel(event) - start) < SLACK) return;
      onBrush.current(...ordered(position(start), position(pixel(event))), false);
    }
    function up(event: PointerEvent): void {
      if (start === undefined) return;
      const end = pixel(event);
      if (Math.abs(end - start) >= SLACK) onBrush.current(...ordered(position(start), position(end)), true);
      else {
        const range = controller.current?.range;
        if (range) {
          const half = (range.to - range.from) / 2;
          controller.current?.setRange({ from: position(end) - half, to: position(end) + half });
        }
      }
      start = undefined;
    }
    element.addEventListener("pointerdown", down);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", up);
    return () => {
      element.removeEventListener("pointerdown", down);
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", up);
    };
  }, [canvas, controller, onBrush]);
}

function ordered(one: number, other: number): [number, number] {
  return one < other ? [one, other] : [other, one];
}
