import { lazy } from "react";
import { loadPart } from "../../session/index.ts";

/** An event in full. Nothing of it is needed before one is selected. */
export const EventDetails = lazy(async () => ({
  default: (await loadPart(() => import("./event-details.tsx"))).EventDetails,
}));
