import { allMembers, EVENT_TYPES, type EventType, type Member, membersOf } from "@llm-sim/events/schema";
import { FixedText } from "./fixed-text.ts";

// The table of an event's members, as the scanner wants it: it reads those behind the fifth in any order.

/** How the scanner reads a value; what the index takes of it has a form of its own. */
export const FORM = {
  agent: 0,
  causes: 1,
  variable: 2,
  shortText: 3,
  text: 4,
  texts: 5,
  word: 6,
  scope: 7,
  count: 8,
  countFrom1: 9,
  object: 10,
  value: 11,
  otherAgent: 12,
  otherAgents: 13,
} as const;

/** The first members of every line, in their order. */
export const HEAD = ["event_id", "timestamp", "turn_number", "event_type", "simulation_id"] as const;

const MEMBERS = allMembers().slice(HEAD.length);
/** A set of members is a set of bits. */
const MOST_MEMBERS = 31;
if (MEMBERS.length > MOST_MEMBERS) throw new Error(`the scanner knows ${MOST_MEMBERS} members at most`);

/** By number. */
export const MEMBER_FORMS = Uint8Array.from(MEMBERS, formOf);
/** By number; of a form `word`, with their closing quotes. */
export const MEMBER_WORDS: readonly (readonly FixedText[])[] = MEMBERS.map(({ words }) =>
  words.map((word) => new FixedText(`${word}"`)),
);
/** By number; of a form `shortText`, in UTF-16 units. */
export const MEMBER_LONGEST = Uint32Array.from(MEMBERS, ({ longest }) => longest ?? 0);
/** By number; without the opening quote, with the closing one and the colon. */
export const MEMBER_KEYS: readonly FixedText[] = MEMBERS.map(({ name }) => new FixedText(`${name}":`));

const bits = (kind: EventType, isIn: (member: Member) => boolean): number =>
  membersOf(kind)
    .filter(isIn)
    .reduce((set, { name }) => set | (1 << MEMBERS.findIndex((member) => member.name === name)), 0);
const isBehindHead = ({ name }: Member): boolean => !HEAD.some((first) => first === name);
/** By kind: those that an event must have, and those that it may. */
export const REQUIRED = EVENT_TYPES.map((kind) =>
  bits(kind, (member) => isBehindHead(member) && member.isRequired),
);
export const ALLOWED = EVENT_TYPES.map((kind) => bits(kind, isBehindHead));
export const AGENT_BIT = 1 << MEMBERS.findIndex(({ name }) => name === "agent_id");

function formOf({ name, form, least, longest }: (typeof MEMBERS)[number]): number {
  switch (form) {
    case "agent":
      return name === "agent_id" ? FORM.agent : FORM.otherAgent;
    case "agents":
      return FORM.otherAgents;
    case "events":
      return FORM.causes;
    case "text":
      if (name === "variable_name") return FORM.variable;
      return longest === undefined ? FORM.text : FORM.shortText;
    case "texts":
      return FORM.texts;
    case "word":
      return name === "scope" ? FORM.scope : FORM.word;
    case "count":
      return least === 0 ? FORM.count : FORM.countFrom1;
    case "object":
      return FORM.object;
    case "value":
      return FORM.value;
    default:
      throw new Error(`${name}: the scanner reads no ${form} there; give it a form in line-members.ts`);
  }
}

// Three letters tell the members apart: where a name is shorter, what stands there is its quote and colon.
const NO_MEMBER = 255;
const MEMBER_AT = new Uint8Array(32_768).fill(NO_MEMBER);
const memberSlot = (first: number, sixth: number, eighth: number): number =>
  ((first & 31) << 10) | ((sixth & 31) << 5) | (eighth & 31);
const ANY_LETTER = Array.from({ length: 32 }, (_, letter) => letter);
for (const [member, { name }] of MEMBERS.entries()) {
  const key = `${name}":`;
  // What comes behind a very short name is any letter of its value.
  const letters = (index: number): number[] => (index < key.length ? [key.charCodeAt(index)] : ANY_LETTER);
  for (const sixth of letters(5)) {
    for (const eighth of letters(7)) {
      const slot = memberSlot(key.charCodeAt(0), sixth, eighth);
      const other = MEMBERS[MEMBER_AT[slot] ?? NO_MEMBER];
      if (other !== undefined)
        throw new Error(
          `${name} and ${other.name} begin too much alike for memberSlot: let it look at other letters`,
        );
      MEMBER_AT[slot] = member;
    }
  }
}

/** The member whose name begins at `at`, if any does: its key is to be compared. */
export function memberAt(bytes: Uint8Array, at: number): number {
  return MEMBER_AT[memberSlot(bytes[at] ?? 0, bytes[at + 5] ?? 0, bytes[at + 7] ?? 0)] ?? NO_MEMBER;
}
