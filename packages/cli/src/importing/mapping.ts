import { durationOf } from "@llm-sim/events";
import { isNameError, readSteps } from "@llm-sim/events/naming";
import {
  type Member,
  membersOf,
  type OwnMember,
  recordByName,
  simulationIdSchema,
} from "@llm-sim/events/schema";
import * as z from "zod";

export const KINDS = ["DECISION", "ACTION", "STATE", "DETAIL", "SYSTEM", "MILESTONE"] as const;
export type Kind = (typeof KINDS)[number];

const path = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    try {
      readSteps(text);
    } catch (error) {
      if (!isNameError(error)) throw error;
      context.addIssue({
        code: "custom",
        message: `expected the path of a field, such as message.text: ${error.message}`,
      });
    }
  });

/** Where a value comes from. A text alone is the path of a field. */
const expression = z.preprocess(
  (given) => (typeof given === "string" ? { field: given } : given),
  z
    .strictObject({
      /** A path into the record. */
      field: path.optional(),
      /** The same in every record. */
      value: z.json().optional(),
      /** Words with fields in them: `{agent} says {message.text}`. */
      text: z.string().min(1).optional(),
      /** An object whose members are fields. */
      object: recordByName(path).optional(),
      /** A field's words, and what they mean here: `{ error: failure }`. */
      words: z.record(z.string(), z.json()).optional(),
      /** A field that records need not have. */
      optional: z.boolean().optional(),
    })
    .superRefine((given, context) => {
      const named = ["field", "value", "text", "object"].filter((key) => key in given);
      if (named.length !== 1)
        context.addIssue({ code: "custom", message: "expected one of field, value, text, object" });
      if (given.words !== undefined && given.field === undefined)
        context.addIssue({ code: "custom", message: "expected a field beside words" });
    }),
);
export type Expression = z.output<typeof expression>;

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
/** Fields, and what they must be: a value, one of several, or there at all. */
const condition = z.record(
  path,
  z.union([scalar, z.array(scalar).min(1), z.strictObject({ exists: z.boolean() })]),
);
export type Condition = z.output<typeof condition>;

export type FieldName =
  // A phase is the milestone there is, and the scope goes by the agent.
  | Exclude<{ [K in Kind]: OwnMember<K> }[Kind], "milestone_type" | "scope">
  | "agent_id"
  | "description"
  /** An object, each member of which is a variable. */
  | "variables";

const ruleFields = {
  agent_id: expression.optional(),
  decision_type: expression.optional(),
  old_value: expression.optional(),
  new_value: expression.optional(),
  action_type: expression.optional(),
  action_payload: expression.optional(),
  interaction_type: expression.optional(),
  participating_agent_ids: expression.optional(),
  variable_name: expression.optional(),
  change: expression.optional(),
  variables: expression.optional(),
  calculation_type: expression.optional(),
  intermediate_values: expression.optional(),
  status: expression.optional(),
  error_type: expression.optional(),
  retry_count: expression.optional(),
  subject_agent_id: expression.optional(),
  name: expression.optional(),
  description: expression.optional(),
} satisfies Record<FieldName, unknown>;

export function isFieldName(name: string): name is FieldName {
  return Object.hasOwn(ruleFields, name);
}

/** Which fields an event of a kind takes from a record: those it must have, and those it may. */
export function kindFields(kind: Kind): { needs: FieldName[]; takes: FieldName[] } {
  const members = membersOf(kind).filter(({ name, isOwn }) => isOwn || name === "agent_id");
  // A payload is empty where nothing else is said. Of a STATE it is one variable or several, and a phase has to have a name.
  const isNeeded = ({ isRequired, form }: Member): boolean =>
    kind === "MILESTONE" || (kind !== "STATE" && isRequired && form !== "object");
  const fields = (isOne: (member: Member) => boolean): FieldName[] =>
    members.filter(isOne).flatMap(({ name }) => (isFieldName(name) ? [name] : []));
  return {
    needs: fields(isNeeded),
    takes: [...fields((member) => !isNeeded(member)), ...(kind === "STATE" ? (["variables"] as const) : [])],
  };
}

const rule = z
  .strictObject({
    when: condition.optional(),
    kind: z.enum(KINDS).optional(),
    /** Such records are left out, and counted. */
    skip: z.literal(true).optional(),
    ...ruleFields,
  })
  .superRefine((given, context) => {
    const refuse = (at: string[], message: string) => context.addIssue({ code: "custom", path: at, message });
    if ((given.kind === undefined) === (given.skip === undefined))
      return refuse(["kind"], `one of ${KINDS.join(", ")}, or skip: true`);
    if (given.kind === undefined) return;
    const { needs, takes } = kindFields(given.kind);
    for (const name of needs) if (given[name] === undefined) refuse([name], `where a ${given.kind} has it`);
    const known: readonly string[] = [...needs, ...takes, "description"];
    for (const name of Object.keys(ruleFields)) {
      if (name in given && !known.includes(name))
        refuse([name], `nothing: a ${given.kind} takes ${known.join(", ")}`);
    }
    if (given.kind !== "STATE") return;
    const single = given.variable_name !== undefined && given.new_value !== undefined;
    if (single === (given.variables !== undefined) || (given.variables && given.variable_name))
      refuse(["variable_name"], "with new_value beside it, or variables");
  });
export type Rule = z.output<typeof rule>;

const duration = z.string().refine((text) => durationOf(text) !== undefined, {
  message: "expected a length of time such as 30s, 500ms, 5min or 1h",
});

/** How the records of another program become events. */
export const mappingSchema = z.strictObject({
  run: z
    .strictObject({
      /** One run, of this id. */
      id: simulationIdSchema.optional(),
      /** One run for each value of this field. */
      field: path.optional(),
      name: z.string().min(1).optional(),
    })
    .refine((given) => given.id === undefined || given.field === undefined, {
      message: "expected id (one run), or field (a run for each of its values)",
    })
    .prefault({}),
  time: z.strictObject({
    field: path,
    /** Of numbers; texts are ISO 8601. */
    unit: z.enum(["s", "ms", "us", "ns"]).optional(),
    /** Of texts that name none. */
    offset: z
      .string()
      .regex(/^[+-]\d{2}:\d{2}$/, "expected an offset from UTC such as +02:00")
      .optional(),
  }),
  order: z.enum(["time", "turn", "file"]).default("time"),
  turn: z
    .strictObject({
      /** A number, or a text with one in it. */
      field: path.optional(),
      /** `label`: any text, and each new one is the next turn. */
      as: z.enum(["number", "label"]).optional(),
      /** Added to the number. */
      plus: z.int().optional(),
      /** Records like this begin the next turn. */
      marker: condition.optional(),
      /** So long a pause begins the next turn. */
      gap: duration.optional(),
    })
    .superRefine((given, context) => {
      if (["field", "marker", "gap"].filter((key) => key in given).length !== 1)
        context.addIssue({ code: "custom", message: "expected one of field, marker, gap" });
      for (const key of ["as", "plus"] as const) {
        if (given[key] !== undefined && given.field === undefined)
          context.addIssue({ code: "custom", path: [key], message: "expected a field beside it" });
      }
    })
    .optional(),
  causes: z
    .strictObject({
      /** A record's own id. */
      id: path.optional(),
      /** The id, or ids, of the records that led to it. */
      by: path.optional(),
      /** Where no id says it: the open turn, or the agent's last decision. */
      otherwise: z.enum(["turn", "last_decision"]).default("turn"),
    })
    .refine((given) => given.by === undefined || given.id !== undefined, {
      message: "expected an id beside by: whose ids are named there",
    })
    .prefault({}),
  /** Whether what no rule takes of a record is kept in the event's `details`. */
  rest: z.enum(["details", "drop"]).default("details"),
  events: z.array(rule).min(1),
});
export type Mapping = z.output<typeof mappingSchema>;
