export { withoutAtEnd } from "../schema/index.ts";
export { type Change, changeText, courseText } from "./change.ts";
export { describe, descriptionOf } from "./describe.ts";
export { eventAgent, eventName } from "./event-name.ts";
export { interventionText, leftOutText } from "./intervention.ts";
export { causeText, nounText } from "./noun.ts";
export { countText, cutText, listText, shorten, usdText } from "./text.ts";
export { membersText, valueLabel, valueText } from "./value.ts";
