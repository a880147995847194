import { allMembers, type MemberForm } from "@llm-sim/events/schema";
import {
  type Expression,
  type FieldName,
  isFieldName,
  type Kind,
  kindFields,
  type Mapping,
  type Rule,
} from "./mapping.ts";
import { matcher } from "./match.ts";
import { asText, brief, type FieldPath, fieldPath, isRecord, type JsonRecord, Unusable } from "./record.ts";

/** What a record says of its event, besides time, turn and causes. */
export interface Translated {
  kind: Kind;
  /** By the names that the event's fields have. */
  fields: Partial<Record<FieldName, unknown>>;
  /** Members of the record that no field took. */
  rest: Record<string, unknown>;
}

type Read = (record: JsonRecord) => unknown;

interface PreparedRule {
  fits: (record: JsonRecord) => boolean;
  kind: Kind | undefined;
  needs: readonly FieldName[];
  fields: readonly (readonly [name: FieldName, read: Read])[];
  /** Members of a record that its fields take whole. */
  taken: ReadonlySet<string>;
}

const ofForm = (...forms: MemberForm[]): ReadonlySet<string> =>
  new Set(
    allMembers()
      .filter(({ form }) => forms.includes(form))
      .map(({ name }) => name),
  );
/** These hold names: what is no text is written as one. */
const NAMES = ofForm("text", "word", "agent");
/** These hold objects: another value is put into one. */
const OBJECTS = ofForm("object");
const AGENTS = ofForm("agents");
const COUNTS = ofForm("count");
/** What a rule may leave out, but a record may not where the rule has it. */
const NEEDED_IF_NAMED: ReadonlySet<string> = new Set<FieldName>(["variable_name", "new_value", "variables"]);

/** Makes of each record what its event says, by the first rule that fits. */
export class Translator {
  readonly #rules: readonly PreparedRule[];
  readonly #keepsRest: boolean;
  /** A turn that is a number is the event's; words about it are kept. */
  readonly #turn: string | undefined;

  constructor(mapping: Mapping) {
    this.#turn = mapping.turn?.field;
    const common = [mapping.time.field, mapping.run.field].flatMap((text) => text ?? []).map(fieldPath);
    this.#rules = mapping.events.map((rule) => prepare(rule, common));
    this.#keepsRest = mapping.rest === "details";
  }

  /** The rule that takes a record, from 0; `undefined` where none does. */
  ruleOf(record: JsonRecord): number | undefined {
    const at = this.#rules.findIndex((rule) => rule.fits(record));
    return at < 0 ? undefined : at;
  }

  /** Whether the rule leaves out what it takes. */
  isSkipped(rule: number): boolean {
    return this.#rules[rule]?.kind === undefined;
  }

  /**
   * @param ruleNumber of a rule that does not leave it out
   * @throws Unusable
   */
  translate(record: JsonRecord, ruleNumber: number): Translated {
    const rule = this.#rules[ruleNumber];
    if (rule?.kind === undefined) throw new Unusable("it is left out");
    const fields: Translated["fields"] = {};
    for (const [name, read] of rule.fields) {
      const value = fitted(name, read(record));
      if (value !== undefined) fields[name] = value;
      else if (rule.needs.includes(name) || NEEDED_IF_NAMED.has(name))
        throw new Unusable(`a ${rule.kind} needs ${name}, which the record does not have`);
    }
    const rest = this.#keepsRest
      ? Object.fromEntries(
          Object.entries(record).filter(
            ([member, value]) =>
              !rule.taken.has(member) && !(member === this.#turn && typeof value === "number"),
          ),
        )
      : {};
    return { kind: rule.kind, fields, rest };
  }
}

function prepare(rule: Rule, common: readonly FieldPath[]): PreparedRule {
  const taken = new Set(common.filter((path) => path.isWhole).map((path) => path.top));
  const fields = fieldsOf(rule).map(([name, expression]) => {
    // What a template or a list of words says is not all that its fields held.
    if (expression.field !== undefined && expression.words === undefined) {
      const path = fieldPath(expression.field);
      if (path.isWhole && !AGENTS.has(name)) taken.add(path.top);
    }
    for (const text of Object.values(expression.object ?? {})) {
      const path = fieldPath(text);
      if (path.isWhole) taken.add(path.top);
    }
    return [name, reader(expression)] as const;
  });
  const needs = rule.kind === undefined ? [] : kindFields(rule.kind).needs;
  return { fits: matcher(rule.when ?? {}), kind: rule.kind, needs, fields, taken };
}

/** The fields of a rule with where they come from. */
export function fieldsOf(rule: Rule): [FieldName, Expression][] {
  const { when: _when, kind: _kind, skip: _skip, ...fields } = rule;
  return Object.entries(fields).flatMap(([name, expression]): [FieldName, Expression][] =>
    isFieldName(name) && expression !== undefined ? [[name, expression]] : [],
  );
}

const PLACEHOLDER = /\{([^{}]+)\}/g;

/** The paths that a template names. */
export function placeholders(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, path = ""]) => path);
}

function reader({ field, value, text, object, words }: Expression): Read {
  if (field !== undefined) {
    const path = fieldPath(field);
    if (words === undefined) return (record) => path.of(record);
    const meant = new Map(Object.entries(words));
    return (record) => {
      const given = path.of(record);
      return meant.get(asText(given) ?? "") ?? given;
    };
  }
  if (text !== undefined) {
    const paths = new Map(placeholders(text).map((name) => [name, fieldPath(name)]));
    return (record) =>
      text.replaceAll(PLACEHOLDER, (_, name: string) => {
        const given = paths.get(name)?.of(record);
        return asText(given) ?? (given === undefined ? "" : brief(given));
      });
  }
  if (object !== undefined) {
    const members = Object.entries(object).map(([name, path]) => [name, fieldPath(path)] as const);
    return (record) =>
      Object.fromEntries(
        members.flatMap(([name, path]) => {
          const given = path.of(record);
          return given === undefined ? [] : [[name, given]];
        }),
      );
  }
  return () => value;
}

function fitted(name: FieldName, value: unknown): unknown {
  if (value === undefined) return undefined;
  if (NAMES.has(name)) {
    if (value === null || value === "") return undefined;
    const text = asText(value);
    if (text === undefined) throw new Unusable(`${name} is ${brief(value)}: expected a name`);
    return text;
  }
  if (OBJECTS.has(name)) return value === null ? undefined : isRecord(value) ? value : { value };
  if (AGENTS.has(name)) return agentsOf(value);
  if (COUNTS.has(name)) return typeof value === "number" ? value : Number(value);
  if (name === "variables" && !isRecord(value))
    throw new Unusable(`variables is ${brief(value)}: expected an object, whose members are variables`);
  return value;
}

/** Fewer than two are no interaction. */
function agentsOf(value: unknown): string[] | undefined {
  const agents = (Array.isArray(value) ? value : [value]).flatMap((agent: unknown) => asText(agent) ?? []);
  return agents.length < 2 ? undefined : [...new Set(agents)];
}
