import { isDeepStrictEqual } from "node:util";
import type { Mapping } from "./mapping.ts";
import type { Translated } from "./translate.ts";

/** One write of a variable as the log has it. */
interface Write {
  old_value: unknown;
  change: "added" | "removed" | undefined;
  /** The old value that the source says, where it is not the value before. */
  said?: { value: unknown };
}

/**
 * The variables of a run while it is imported, so that each `old_value` is the value before it, as in every log: where the
 * source names another, a change in between was not recorded, and what it said is kept beside.
 */
export class LastValues {
  /** Writes of which the source names an old value that was not the one before. */
  contradictions = 0;
  readonly #values = new Map<string, Map<string, unknown>>();
  /** Where old values are given, a first write has one, and nothing was added. */
  readonly #tellsAdded: boolean;

  constructor(mapping: Mapping) {
    const states = mapping.events.filter(({ kind }) => kind === "STATE");
    const gives = (field: "old_value" | "change") => states.some((rule) => rule[field] !== undefined);
    this.#tellsAdded = gives("change") || !gives("old_value");
  }

  isNew(agent: string | undefined, name: string, value: unknown): boolean {
    const known = this.#of(agent);
    return !known.has(name) || !isDeepStrictEqual(known.get(name), value);
  }

  write(agent: string | undefined, name: string, value: unknown, fields: Translated["fields"]): Write {
    const known = this.#of(agent);
    const isFirst = !known.has(name);
    const isRemoved = fields.change === "removed";
    const change = isRemoved ? "removed" : isFirst && this.#tellsAdded ? "added" : undefined;
    const before = isFirst ? (this.#tellsAdded ? null : (fields.old_value ?? null)) : known.get(name);
    if (isRemoved) known.delete(name);
    else known.set(name, value);
    const { old_value } = fields;
    if (old_value === undefined || isDeepStrictEqual(old_value, before)) return { old_value: before, change };
    this.contradictions++;
    return { old_value: before, change, said: { value: old_value } };
  }

  #of(agent: string | undefined): Map<string, unknown> {
    const key = agent === undefined ? "world" : `agent ${agent}`;
    let known = this.#values.get(key);
    if (known === undefined) {
      known = new Map();
      this.#values.set(key, known);
    }
    return known;
  }
}
