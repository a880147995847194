import { type RefObject, useEffect } from "react";
import type { Mark } from "../../../logic/timeline/index.ts";
import type { TimelineController } from "./controller.ts";

export interface Gestures {
  onHover(mark: Mark | undefined, x: number, y: number): void;
  onPick(mark: Mark): void;
  /** The axis was clicked or dragged along, or the lanes clicked where no event is. */
  onSeek(pixel: number): void;
}

/** Further than this a press is a drag, in pixels. */
const SLACK = 3;
/** How much one notch of a wheel (some 100 units) brings nearer. */
const WHEEL = 0.0018;

/** Wheel zooms (with shift, pans), drag pans, click picks; the axis is dragged to move the playhead. */
export function useGestures(
  canvas: RefObject<HTMLCanvasElement | null>,
  area: RefObject<HTMLElement | null>,
  controller: RefObject<TimelineController | null>,
  gestures: RefObject<Gestures>,
): void {
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    let press: { x: number; y: number; top: number; moved: boolean; axis: boolean } | undefined;
    const point = (event: MouseEvent) => {
      const box = element.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const scroller = area.current;

    function wheel(event: WheelEvent): void {
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
        controller.current?.panBy((event.deltaX || event.deltaY) * unit);
      else controller.current?.zoomBy(Math.exp(event.deltaY * unit * WHEEL), point(event).x);
    }
    function down(event: PointerEvent): void {
      if (event.button !== 0) return;
      const { x, y } = point(event);
      press = {
        x,
        y,
        top: scroller?.scrollTop ?? 0,
        moved: false,
        axis: y < (controller.current?.axisHeight ?? 0),
      };
      element?.setPointerCapture(event.pointerId);
      if (press.axis) gestures.current.onSeek(x);
    }
    function move(event: PointerEvent): void {
      const { x, y } = point(event);
      if (!press) {
        const mark = controller.current?.markAt(x, y);
        controller.current?.hover(mark);
        gestures.current.onHover(mark, x, y);
        return;
      }
      if (press.axis) {
        gestures.current.onSeek(x);
        return;
      }
      if (!press.moved && Math.hypot(x - press.x, y - press.y) < SLACK) return;
      press.moved = true;
      gestures.current.onHover(undefined, x, y);
      controller.current?.panBy(press.x - x);
      press.x = x;
      if (scroller) scroller.scrollTop = press.top + (press.y - y);
    }
    function up(event: PointerEvent): void {
      const { x, y } = point(event);
      if (press && !press.moved && !press.axis) {
        const mark = controller.current?.markAt(x, y);
        if (mark) gestures.current.onPick(mark);
        else gestures.current.onSeek(x);
      }
      press = undefined;
    }
    /** The browser took the press over, to scroll the page by touch. */
    function cancel(): void {
      press = undefined;
      leave();
    }
    function leave(): void {
      controller.current?.hover(undefined);
      gestures.current.onHover(undefined, 0, 0);
    }
    element.addEventListener("wheel", wheel, { passive: false });
    element.addEventListener("pointerdown", down);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", up);
    element.addEventListener("pointercancel", cancel);
    element.addEventListener("pointerleave", leave);
    return () => {
      element.removeEventListener("wheel", wheel);
      element.removeEventListener("pointerdown", down);
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", up);
      element.removeEventListener("pointercancel", cancel);
      element.removeEventListener("pointerleave", leave);
    };
  }, [canvas, area, controller, gestures]);
}
