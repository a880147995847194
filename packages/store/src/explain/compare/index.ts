export { compareViews, differencesOf } from "./compare.ts";
export { leftText, rightText } from "./describe.ts";
export { type Matched, matchedEvents } from "./matched.ts";
export { valuesBeside } from "./values.ts";
