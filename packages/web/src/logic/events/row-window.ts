/**
 * A list of any length in a scroll area of bounded height. Browsers cut elements off at some 17 to 33 million pixels, a
 * million rows of 26; past `MAX_HEIGHT` the scroll bar stands for a share of the list, while small steps still move by rows.
 */
export interface RowWindow {
  /** Height of what is scrolled, in pixels. */
  height: number;
  /** The scroll area's own position. */
  scrollTop: number;
  /** The pixel of the whole list that is at the top, as if the area were as high as the list. */
  top: number;
}

export const MAX_HEIGHT = 8_000_000;

export function rowWindow(rows: number, rowHeight: number): RowWindow {
  return { height: Math.min(MAX_HEIGHT, rows * rowHeight), scrollTop: 0, top: 0 };
}

/** After the user scrolled: by less than two screens it is a step, by more the scroll bar was dragged. */
export function scrolled(
  window: RowWindow,
  scrollTop: number,
  rows: number,
  rowHeight: number,
  view: number,
): RowWindow {
  const full = rows * rowHeight;
  if (full <= MAX_HEIGHT) return { ...window, height: full, scrollTop, top: scrollTop };
  const step = scrollTop - window.scrollTop;
  const atEnd = scrollTop <= 0 || scrollTop >= window.height - view;
  const top =
    Math.abs(step) <= 2 * view && !atEnd ? window.top + step : share(scrollTop, window.height, full, view);
  return { ...window, scrollTop, top: clamp(top, 0, Math.max(0, full - view)) };
}

/** With this row in sight: as it is where it already is, else with the row a third of the way down. */
export function revealed(
  window: RowWindow,
  row: number,
  rows: number,
  rowHeight: number,
  view: number,
): RowWindow {
  const at = row * rowHeight;
  if (at >= window.top && at + rowHeight <= window.top + view) return window;
  const full = rows * rowHeight;
  const near =
    at + rowHeight > window.top + view && at < window.top + view + 3 * rowHeight
      ? at + rowHeight - view
      : undefined;
  const nearAbove = at < window.top && at >= window.top - 3 * rowHeight ? at : undefined;
  const top = clamp(near ?? nearAbove ?? at - view / 3, 0, Math.max(0, full - view));
  const height = Math.min(MAX_HEIGHT, full);
  const scrollTop = full <= MAX_HEIGHT ? top : (top / Math.max(1, full - view)) * (height - view);
  return { height, scrollTop: Math.round(scrollTop), top };
}

export interface VisibleRows {
  first: number;
  last: number;
}

/** The rows to draw, a few beyond both edges included; `last` is inclusive and may be before `first` in an empty list. */
export function visibleRows(
  window: RowWindow,
  rows: number,
  rowHeight: number,
  view: number,
  beyond = 6,
): VisibleRows {
  return {
    first: Math.max(0, Math.floor(window.top / rowHeight) - beyond),
    last: Math.min(rows - 1, Math.ceil((window.top + view) / rowHeight) + beyond),
  };
}

/** Where a row is drawn in the scroll area. */
export function rowOffset(window: RowWindow, row: number, rowHeight: number): number {
  return row * rowHeight - window.top + window.scrollTop;
}

function share(scrollTop: number, height: number, full: number, view: number): number {
  return (clamp(scrollTop, 0, height - view) / Math.max(1, height - view)) * (full - view);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
