import { nearest } from "@llm-sim/events/naming";
import type { ConfigPath, ConfigSource } from "@llm-sim/simulation";
import type { Condition, Mapping } from "./mapping.ts";
import { type FieldPath, fieldPath, isRecord, type JsonRecord } from "./record.ts";
import { fieldsOf, placeholders } from "./translate.ts";

/** A field that the mapping names, and whether records have it. */
interface NamedField {
  path: FieldPath;
  at: ConfigPath;
  /** The rule that it belongs to, from 0; without one it is asked of every record. */
  rule: number | undefined;
  isOptional: boolean;
  isFound: boolean;
}

/** Records do not have more names than this, or they are no names. */
const MAX_NAMES = 500;
/** Deeper than people point. */
const MAX_DEPTH = 3;

/** Finds the fields of a mapping that no record has, which is a slip of the pen in the mapping. */
export class KnownFields {
  readonly #fields: readonly NamedField[];
  readonly #fitted: number[];
  readonly #names = new Set<string>();
  #missing: NamedField[];
  #hasSeen = false;

  constructor(mapping: Mapping) {
    this.#fields = namedFields(mapping);
    this.#missing = [...this.#fields];
    this.#fitted = mapping.events.map(() => 0);
  }

  /** @param rule that takes the record */
  see(record: JsonRecord, rule: number | undefined): void {
    this.#hasSeen = true;
    if (rule !== undefined) this.#fitted[rule] = (this.#fitted[rule] ?? 0) + 1;
    if (this.#missing.length === 0) return;
    let hasFound = false;
    for (const field of this.#missing) {
      if (field.rule !== undefined && field.rule !== rule) continue;
      if (field.path.of(record) === undefined) continue;
      field.isFound = true;
      hasFound = true;
    }
    if (hasFound) this.#missing = this.#missing.filter((field) => !field.isFound);
    if (this.#missing.length > 0 && this.#names.size < MAX_NAMES) this.#learn(record, "", 0);
  }

  /** Rules, from 0, that took no record. */
  get unused(): number[] {
    return this.#fitted.flatMap((count, rule) => (count === 0 ? [rule] : []));
  }

  /** @throws ConfigError at the first field that none of the records which should have it has */
  check(source: ConfigSource): void {
    // Where nothing could be read, it is not the mapping that is wrong.
    if (!this.#hasSeen) return;
    for (const { path, at, rule, isOptional } of this.#missing) {
      if (isOptional || (rule !== undefined && this.#fitted[rule] === 0)) continue;
      const near = nearest(path.text, this.#names);
      const hint =
        near === undefined
          ? `; they have ${[...this.#names]
              .filter((name) => !name.includes("."))
              .slice(0, 12)
              .join(", ")}`
          : `; did you mean ${JSON.stringify(near)}?`;
      const which = rule === undefined ? "no record has" : `no record that events.${rule} takes has`;
      source.refuse("CONFIG_INVALID_VALUE", `${which} a field ${JSON.stringify(path.text)}${hint}`, at);
    }
  }

  #learn(record: JsonRecord, before: string, depth: number): void {
    for (const [name, value] of Object.entries(record)) {
      this.#names.add(`${before}${name}`);
      if (depth + 1 < MAX_DEPTH && isRecord(value)) this.#learn(value, `${before}${name}.`, depth + 1);
      if (this.#names.size >= MAX_NAMES) return;
    }
  }
}

function namedFields(mapping: Mapping): NamedField[] {
  const fields: NamedField[] = [];
  const add = (text: string | undefined, at: ConfigPath, rule?: number, isOptional = false) => {
    if (text !== undefined) fields.push({ path: fieldPath(text), at, rule, isOptional, isFound: false });
  };
  const addCondition = (condition: Condition | undefined, at: ConfigPath) => {
    for (const [text, expected] of Object.entries(condition ?? {})) {
      const mayBeAbsent = typeof expected === "object" && expected !== null && "exists" in expected;
      if (!mayBeAbsent) add(text, [...at, text]);
    }
  };
  add(mapping.time.field, ["time", "field"]);
  add(mapping.run.field, ["run", "field"]);
  add(mapping.turn?.field, ["turn", "field"]);
  addCondition(mapping.turn?.marker, ["turn", "marker"]);
  add(mapping.causes.id, ["causes", "id"]);
  add(mapping.causes.by, ["causes", "by"]);
  for (const [number, rule] of mapping.events.entries()) {
    addCondition(rule.when, ["events", number, "when"]);
    for (const [name, { field, text, object, optional }] of fieldsOf(rule)) {
      const at = ["events", number, name];
      add(field, at, number, optional);
      for (const placeholder of placeholders(text ?? "")) add(placeholder, at, number, optional);
      for (const path of Object.values(object ?? {})) add(path, at, number, optional);
    }
  }
  return fields;
}
