export { compareViews } from "./compare.ts";
export { type Matched, matchedEvents } from "./matched.ts";
