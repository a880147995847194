// Code of the author's answers at once or later, or never, or throws.
export { activityOf, blame, during } from "./activity.ts";
export { type Answer, after, failing, inOrder, isThenable, lasting, takeOut } from "./answer.ts";
export { atOnce, inTime, NeverSettled, notPromised, settled } from "./settled.ts";
export { placeText, type SourcePlace, sourcePlace } from "./source-place.ts";
