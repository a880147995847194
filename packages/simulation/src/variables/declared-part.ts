import { keysIn, keyText, readSteps } from "@llm-sim/events/naming";
import type { JsonObject, JsonValue } from "@llm-sim/events/schema";
import { copyJson, isPlainObject, type PlainObject } from "../world/index.ts";
import { completed, type Declaration, fits, mayBeObject } from "./declaration.ts";

/** What a config says of one variable, or of each that a name with `*` fits. */
export interface Declared {
  readonly says: Declaration;
  /** Where it says so: `["state_variables", "global", "fish"]`. */
  readonly path: readonly (string | number)[];
}

/** What there is to say of a name: what was declared of it, and of what it would lie in. */
interface Applicable {
  own?: Declared | undefined;
  /** Of something above it that has no members. */
  above?: { name: string; declared: Declared; keys: readonly string[] } | undefined;
}

/** What would not be as it was declared. */
export interface Violation {
  declared: Declared;
  name: string;
  value: JsonValue;
}

type OnDefault = (keys: readonly string[], declared: Declared) => void;

interface Pattern extends Declared {
  steps: readonly string[];
}

const ANY = "*";
const NOTHING: Applicable = {};

/** The variables that were declared for a part of the state: the world's, or an agent's. */
export class DeclaredPart {
  readonly #exact = new Map<string, Declared>();
  /** With `*` for a step of any name; the ones with the fewest first. */
  readonly #patterns: Pattern[] = [];
  /** By name; there are as many as variables. */
  readonly #known = new Map<string, Applicable>();

  /**
   * @param given by name; each name's keys joined with `.`, `*` for any one key
   * @param path the place of `given` in the config
   * @param base what holds of all: of the same name and type it completes what is said here
   * @throws DeclarationError where what is said here and what holds of all do not go together
   */
  constructor(given: Readonly<Record<string, Declaration>>, path: Declared["path"], base?: DeclaredPart) {
    for (const [name, own] of Object.entries(given)) {
      const steps = readSteps(name);
      const at = [...path, name];
      const isPattern = steps.some(({ text, isQuoted }) => text === ANY && !isQuoted);
      const keys = steps.map(({ text }) => text);
      const key = keys.map(keyText).join(".");
      if (isPattern) {
        const known = base?.ofPattern(keys);
        this.#patterns.push({ says: completed(own, known?.says, at), path: at, steps: keys });
      } else this.#exact.set(key, { says: completed(own, base?.ofName(key)?.says, at), path: at });
    }
    this.#patterns.sort((left, right) => anySteps(left) - anySteps(right));
    if (!base) return;
    for (const [name, declared] of base.#exact) if (!this.#exact.has(name)) this.#exact.set(name, declared);
    this.#patterns.push(...base.#patterns);
  }

  ofName(name: string): Declared | undefined {
    return this.#exact.get(name);
  }

  ofPattern(keys: readonly string[]): Declared | undefined {
    return this.#patterns.find(({ steps }) => steps.join("\n") === keys.join("\n"));
  }

  get isEmpty(): boolean {
    return this.#exact.size === 0 && this.#patterns.length === 0;
  }

  /** What a variable of this name and value goes against, or `undefined`. */
  against(name: string, value: JsonValue): Violation | undefined {
    const { own, above } = this.#applicable(name);
    if (above) {
      const whole = above.keys.reduceRight<JsonValue>((inner, key) => ({ [key]: inner }), value);
      return { declared: above.declared, name: above.name, value: whole };
    }
    return own && !fits(own.says, value) ? { declared: own, name, value } : undefined;
  }

  declares(name: string): boolean {
    return this.#applicable(name).own !== undefined;
  }

  /** What an object of this name, without members, goes against, or `undefined`. */
  againstNode(name: string): Violation | undefined {
    const { own, above } = this.#applicable(name);
    if (above) return this.against(name, {});
    return own && !mayBeObject(own.says) ? { declared: own, name, value: {} } : undefined;
  }

  /** What in a whole part is not as it was declared. What JSON cannot carry is not looked at. */
  violations(part: object): Violation[] {
    const found: Violation[] = [];
    const walk = (node: unknown, name: string) => {
      if (!isPlainObject(node)) {
        const copied = copyJson(node);
        const violation = "value" in copied ? this.against(name, copied.value) : undefined;
        if (violation) found.push(violation);
        return;
      }
      const keys = Object.keys(node);
      const violation = keys.length === 0 && name !== "" ? this.againstNode(name) : undefined;
      if (violation) found.push(violation);
      for (const key of keys) walk(node[key], name === "" ? keyText(key) : `${name}.${keyText(key)}`);
    };
    walk(part, "");
    return found;
  }

  /**
   * The part, with the default of each variable that it has not.
   *
   * @param onDefault is told of each
   */
  filled(part: JsonObject, onDefault?: OnDefault): JsonObject;
  filled(part: object, onDefault?: OnDefault): object;
  filled(part: object, onDefault?: OnDefault): object {
    let filled = part;
    for (const [name, declared] of this.#exact) {
      const { default: value } = declared.says;
      if (value === undefined) continue;
      const keys = keysIn(name);
      const next = withDefault(filled, keys, value);
      if (next !== filled) onDefault?.(keys, declared);
      filled = next;
    }
    return filled;
  }

  #applicable(name: string): Applicable {
    let known = this.#known.get(name);
    if (!known) {
      known = this.#find(name);
      this.#known.set(name, known);
    }
    return known;
  }

  #find(name: string): Applicable {
    const keys = keysIn(name);
    const own = this.#declared(name, keys);
    let above: Applicable["above"];
    for (let count = keys.length - 1; count > 0 && !above; count--) {
      const upper = keys.slice(0, count);
      const upperName = upper.map(keyText).join(".");
      const declared = this.#declared(upperName, upper);
      if (declared && !mayBeObject(declared.says)) {
        above = { name: upperName, declared, keys: keys.slice(count) };
      }
    }
    return own || above ? { own, above } : NOTHING;
  }

  #declared(name: string, keys: readonly string[]): Declared | undefined {
    return this.#exact.get(name) ?? this.#patterns.find(({ steps }) => isMatch(steps, keys));
  }
}

function anySteps({ steps }: Pattern): number {
  return steps.filter((step) => step === ANY).length;
}

function isMatch(steps: readonly string[], keys: readonly string[]): boolean {
  return steps.length === keys.length && steps.every((step, index) => step === ANY || step === keys[index]);
}

/** A copy with the value put in, or the part itself where something is there, or in the way. */
function withDefault(part: object, keys: readonly string[], value: JsonValue): object {
  const [key, ...deeper] = keys;
  if (key === undefined || !isPlainObject(part)) return part;
  const member = Object.hasOwn(part, key) ? part[key] : undefined;
  if (deeper.length === 0) return member === undefined ? { ...part, [key]: structuredClone(value) } : part;
  const below: PlainObject | JsonObject = member === undefined ? {} : Object(member);
  if (!isPlainObject(below)) return part;
  const filled = withDefault(below, deeper, value);
  return filled === below && member !== undefined ? part : { ...part, [key]: filled };
}
