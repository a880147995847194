import { type RefObject, useEffect, useRef } from "react";
import type { ViewStore } from "../../logic/view/index.ts";

/**
 * The event that was selected by hand and that the timeline, shown or not, has not moved to yet. One that came with an
 * address is shown at that address's zoom.
 */
export function useSoughtEvent(view: ViewStore): RefObject<string | undefined> {
  const sought = useRef<string | undefined>(undefined);
  useEffect(() => {
    let before = view.get();
    return view.subscribe(() => {
      const now = view.get();
      // A range that changes together with the selection was read from an address, which the Back button brings too.
      if (now.selected !== before.selected)
        sought.current = now.range === before.range ? now.selected : undefined;
      before = now;
    });
  }, [view]);
  return sought;
}
