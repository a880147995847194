export { type CanonicalEvent, canonicalLog } from "./canonical-log.ts";
export { byPlace, type Phase, type Placed, placesOf, placeText } from "./places.ts";
