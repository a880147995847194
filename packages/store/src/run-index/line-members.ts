import { FixedText } from "./fixed-text.ts";

// What members the event's schema lets a line have behind the fifth, as tables for the scanner.

/** Numbers of the members, so that a set of them is a set of bits. */
export const M = {
  agent_id: 0,
  caused_by: 1,
  causes_omitted: 2,
  description: 3,
  details: 4,
  lossy: 5,
  milestone_type: 6,
  name: 7,
  decision_type: 8,
  old_value: 9,
  new_value: 10,
  action_type: 11,
  action_payload: 12,
  interaction_type: 13,
  participating_agent_ids: 14,
  variable_name: 15,
  scope: 16,
  change: 17,
  calculation_type: 18,
  intermediate_values: 19,
  status: 20,
  error_type: 21,
  retry_count: 22,
  subject_agent_id: 23,
} as const;
type Member = keyof typeof M;
export const BIT = { agent_id: 1 << M.agent_id };

const bits = (...members: Member[]): number => members.reduce((set, member) => set | (1 << M[member]), 0);
const COMMON = bits("caused_by", "causes_omitted", "description", "details", "lossy");
/** Sets by kind, in the order of EVENT_TYPES: MILESTONE, DECISION, ACTION, STATE, DETAIL, SYSTEM. */
export const REQUIRED = [
  bits("milestone_type"),
  bits("agent_id", "decision_type"),
  bits("agent_id", "action_type", "action_payload"),
  bits("variable_name", "old_value", "new_value", "scope"),
  bits("calculation_type", "intermediate_values"),
  bits("status"),
];
const OPTIONAL = [
  bits("name"),
  bits("old_value", "new_value"),
  bits("interaction_type", "participating_agent_ids"),
  bits("agent_id", "change"),
  bits("agent_id"),
  bits("error_type", "retry_count", "subject_agent_id"),
];
/** By kind, as `REQUIRED`. */
export const ALLOWED = REQUIRED.map((required, kind) => COMMON | required | (OPTIONAL[kind] ?? 0));

// Three letters tell the members apart: where a name is shorter, what stands there is its quote and colon.
const NO_MEMBER = 255;
const MEMBER_AT = new Uint8Array(32_768).fill(NO_MEMBER);
/** By number; without the opening quote, with the closing one and the colon. */
export const MEMBER_KEYS: FixedText[] = [];
const memberSlot = (first: number, sixth: number, eighth: number): number =>
  ((first & 31) << 10) | ((sixth & 31) << 5) | (eighth & 31);
for (const [name, member] of Object.entries(M)) {
  MEMBER_KEYS[member] = new FixedText(`${name}":`);
  const at = (index: number): number => `${name}":`.charCodeAt(index);
  // What comes eighth behind a very short name is any letter of its value.
  const eighths = name.length + 2 > 7 ? [at(7)] : Array.from({ length: 32 }, (_, letter) => letter);
  for (const eighth of eighths) MEMBER_AT[memberSlot(at(0), at(5), eighth)] = member;
}

/** The member whose name begins at `at`, if any does: its key is to be compared. */
export function memberAt(bytes: Uint8Array, at: number): number {
  return MEMBER_AT[memberSlot(bytes[at] ?? 0, bytes[at + 5] ?? 0, bytes[at + 7] ?? 0)] ?? NO_MEMBER;
}
