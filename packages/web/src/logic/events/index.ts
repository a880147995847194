export { createEventPager, type EventPager, type FetchPage, PAGE_SIZE } from "./event-pager.ts";
export { locateEvent, locateTurn } from "./locate-event.ts";
export {
  MAX_HEIGHT,
  type RowWindow,
  revealed,
  rowOffset,
  rowWindow,
  scrolled,
  type VisibleRows,
  visibleRows,
} from "./row-window.ts";
