import * as z from "zod";
import { actionEventSchema } from "./action.ts";
import { decisionEventSchema } from "./decision.ts";
import { detailEventSchema } from "./detail.ts";
import { agentIdSchema, envelope, envelopeEnd, eventIdSchema, simulationIdSchema } from "./envelope.ts";
import { EVENT_TYPES, type EventType } from "./event-type.ts";
import { jsonObjectSchema, jsonValueSchema } from "./json-value.ts";
import { milestoneEventSchema } from "./milestone.ts";
import { stateEventSchema } from "./state.ts";
import { systemEventSchema } from "./system.ts";
import { timestampSchema } from "./timestamp.ts";

// The table of an event's members. All who write, read, index or show one go by it: what they write by hand for speed is held to it by tests.

/** By kind, the object schemas that its events are made of: of STATE, one for each scope. */
const SCHEMAS = {
  MILESTONE: [milestoneEventSchema],
  DECISION: [decisionEventSchema],
  ACTION: [actionEventSchema],
  STATE: stateEventSchema.options,
  DETAIL: [detailEventSchema],
  SYSTEM: [systemEventSchema],
} as const;

type ShapeOf<Kind extends EventType> = (typeof SCHEMAS)[Kind][number]["shape"];
type KeysOf<Union> = Union extends unknown ? keyof Union & string : never;

/** Of every kind. */
export type EnvelopeMember = keyof typeof envelope | keyof typeof envelopeEnd;
/** Of one kind or several, not of all. */
export type OwnMember<Kind extends EventType = EventType> = {
  [K in Kind]: Exclude<KeysOf<ShapeOf<K>>, EnvelopeMember>;
}[Kind];
export type MemberName = EnvelopeMember | OwnMember;

/** What a draft's `name`, `payload` and `label` are called in the log. */
interface Roles<Own> {
  /** What the event is called by; the first of its own. */
  name: Own;
  /** An object of the caller's. */
  payload?: Own;
  /** A further word, which may be absent. */
  label?: Own;
}

export const MEMBER_ROLES: { readonly [Kind in EventType]: Readonly<Roles<OwnMember<Kind>>> } = {
  MILESTONE: { name: "milestone_type", label: "name" },
  DECISION: { name: "decision_type" },
  ACTION: { name: "action_type", payload: "action_payload", label: "interaction_type" },
  STATE: { name: "variable_name", label: "change" },
  DETAIL: { name: "calculation_type", payload: "intermediate_values" },
  SYSTEM: { name: "status", label: "error_type" },
};

/** The one that `q` looks through. */
export const SEARCHED_MEMBER = "description" satisfies MemberName;

/** What a member's value may be; `word` is one of a few. */
export type MemberForm =
  | "event"
  | "events"
  | "timestamp"
  | "run"
  | "agent"
  | "agents"
  | "text"
  | "texts"
  | "word"
  | "count"
  | "object"
  | "value";

export interface Member {
  name: MemberName;
  form: MemberForm;
  isRequired: boolean;
  /** Not of every kind: the old dialect has it inside `details`. */
  isOwn: boolean;
  /** Whether `null` says something, and not that the member is absent. */
  isNullAValue: boolean;
  /** Of a count: 0 or 1. */
  least: number;
  /** Of a text, in UTF-16 units, where it has a limit. */
  longest: number | undefined;
  /** Of a word. */
  words: readonly string[];
}

const tables = new Map<EventType, readonly Member[]>();

/** The members that an event of a kind may have, in their order on the line. */
export function membersOf(kind: EventType): readonly Member[] {
  const known = tables.get(kind);
  if (known !== undefined) return known;
  const shapes: readonly Shape[] = SCHEMAS[kind].map(({ shape }) => shape);
  const names = new Set(shapes.flatMap(keysOf));
  const members = [...names].flatMap((name) => memberOf(name, shapes) ?? []);
  tables.set(kind, members);
  return members;
}

/** All that there are, each once: the kinds' own one kind behind the other. Whether one is required is the kind's matter. */
export function allMembers(): readonly Omit<Member, "isRequired">[] {
  const ofKinds = EVENT_TYPES.flatMap(membersOf);
  const own = ofKinds.filter((member) => member.isOwn).map(({ name }) => name);
  return [...new Set([...keysOf(envelope), ...own, ...keysOf(envelopeEnd)])].flatMap((name) => {
    const members = ofKinds.filter((member) => member.name === name);
    const [first] = members;
    return first === undefined
      ? []
      : { ...first, words: [...new Set(members.flatMap(({ words }) => words))] };
  });
}

type Shape = Readonly<Partial<Record<MemberName, z.core.$ZodType>>>;

function keysOf<Key extends string>(object: Readonly<Partial<Record<Key, unknown>>>): Key[] {
  return Object.keys(object).filter((key): key is Key => key in object);
}

function isOfEnvelope(name: MemberName): name is EnvelopeMember {
  return name in envelope || name in envelopeEnd;
}

/** `undefined` where a kind has no such member: of a milestone, `agent_id`. */
function memberOf(name: MemberName, shapes: readonly Shape[]): Member | undefined {
  const schemas = shapes.flatMap((shape) => shape[name] ?? []);
  const allowed = schemas.map(withoutOptional).filter((schema) => !(schema instanceof z.ZodNever));
  const [first] = allowed;
  if (first === undefined) return undefined;
  return {
    name,
    form: formOf(name, first),
    isRequired: schemas.length === shapes.length && schemas.every((schema) => !takes(schema, undefined)),
    isOwn: !isOfEnvelope(name),
    isNullAValue: takes(first, null),
    least: first instanceof z.ZodNumber ? (first.minValue ?? 0) : 0,
    longest: first instanceof z.ZodString ? (first.maxLength ?? undefined) : undefined,
    words: [...new Set(allowed.flatMap(wordsOf))],
  };
}

function withoutOptional(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional ? schema.unwrap() : schema;
}

function takes(schema: z.core.$ZodType, value: unknown): boolean {
  return z.safeParse(schema, value).success;
}

function wordsOf(schema: z.core.$ZodType): string[] {
  if (schema instanceof z.ZodEnum) return schema.options.map(String);
  return schema instanceof z.ZodLiteral ? [...schema.values].map(String) : [];
}

function formOf(name: MemberName, schema: z.core.$ZodType): MemberForm {
  if (schema instanceof z.ZodArray) {
    if (schema.element === eventIdSchema) return "events";
    return schema.element === agentIdSchema ? "agents" : "texts";
  }
  if (schema === eventIdSchema) return "event";
  if (schema === timestampSchema) return "timestamp";
  if (schema === simulationIdSchema) return "run";
  if (schema === agentIdSchema) return "agent";
  if (schema === jsonObjectSchema) return "object";
  if (schema === jsonValueSchema) return "value";
  if (schema instanceof z.ZodString) return "text";
  if (schema instanceof z.ZodNumber) return "count";
  if (wordsOf(schema).length > 0) return "word";
  throw new Error(`${name}: its schema has no form yet; give it one in schema/members.ts`);
}
