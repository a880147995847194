import { createRef, type RefObject } from "react";

/** Parts of the page that other parts lead to. */
export interface Places {
  /** Where the filter's text is typed. */
  filterText: RefObject<HTMLInputElement | null>;
  /** Where the condition is typed. */
  condition: RefObject<HTMLInputElement | null>;
  inspector: RefObject<HTMLElement | null>;
  /** Opens the list of keys, or closes it. */
  keys: RefObject<(() => void) | null>;
  /** Asks which turn to go to. */
  goToTurn: RefObject<(() => void) | null>;
  /** Draws the timeline as it stands, while it is shown. */
  timelinePicture: RefObject<(() => Promise<Blob | undefined>) | null>;
}

export function createPlaces(): Places {
  return {
    filterText: createRef(),
    condition: createRef(),
    inspector: createRef(),
    keys: createRef(),
    goToTurn: createRef(),
    timelinePicture: createRef(),
  };
}
