import { EVENT_TYPES, MEMBER_ROLES } from "../schema/index.ts";

/** A kind's place in EVENT_TYPES: the emitter counts and chooses by number. */
export const MILESTONE = EVENT_TYPES.indexOf("MILESTONE");
export const DECISION = EVENT_TYPES.indexOf("DECISION");
export const ACTION = EVENT_TYPES.indexOf("ACTION");
export const STATE = EVENT_TYPES.indexOf("STATE");
export const DETAIL = EVENT_TYPES.indexOf("DETAIL");
export const SYSTEM = EVENT_TYPES.indexOf("SYSTEM");

/** What a draft's `name`, `payload` and `label` are called in the log, by kind. */
export const NAME_FIELDS: readonly string[] = EVENT_TYPES.map((type) => MEMBER_ROLES[type].name);
export const PAYLOAD_FIELDS: readonly string[] = EVENT_TYPES.map((type) => MEMBER_ROLES[type].payload ?? "");
export const LABEL_FIELDS: readonly string[] = EVENT_TYPES.map((type) => MEMBER_ROLES[type].label ?? "");
