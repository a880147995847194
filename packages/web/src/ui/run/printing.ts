import type { ComponentType } from "react";
import { createStore } from "../../logic/store/index.ts";
import { useStore } from "../use-store.ts";

/** Whether the report that is printed is on the page; it is not seen on a screen. */
export const printing = createStore(false);

/** The report, once its part has been loaded. Held like this it is there at once, where what suspends would be waited for. */
export const report = createStore<ComponentType | undefined>(undefined);

export function usePrinting(): boolean {
  return useStore(printing);
}
