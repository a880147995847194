import { createRef, type RefObject } from "react";

/** Parts of the page that other parts lead to. */
export interface Places {
  /** Where the filter's text is typed. */
  filterText: RefObject<HTMLInputElement | null>;
  inspector: RefObject<HTMLElement | null>;
  /** Draws the timeline as it stands, while it is shown. */
  timelinePicture: RefObject<(() => Promise<Blob | undefined>) | null>;
}

export function createPlaces(): Places {
  return { filterText: createRef(), inspector: createRef(), timelinePicture: createRef() };
}
