export { activityOf, blame, during } from "./activity.ts";
export { atOnce, inTime, NeverSettled, notPromised, settled } from "./settled.ts";
export { placeText, type SourcePlace, sourcePlace } from "./source-place.ts";
