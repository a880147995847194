export { directionOf, withCourseInOrder } from "./direction.ts";
export { type EventField, eventFields } from "./event-fields.ts";
export { isToldInPart, same, type ValueChange, valueChanges } from "./value-change.ts";
