export { compareViews } from "./compare.ts";
export { leftText, rightText } from "./describe.ts";
export { type Matched, matchedEvents } from "./matched.ts";
