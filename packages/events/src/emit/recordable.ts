import { EventHandle } from "./handle.ts";

/**
 * What becomes of values that JSON cannot carry. Every alteration is named in the event's `lossy` by a JSON Pointer.
 *
 * | value | recorded as |
 * | --- | --- |
 * | NaN, Infinity, -Infinity | `"NaN"`, `"Infinity"`, `"-Infinity"` |
 * | BigInt | its decimal digits, a string |
 * | function, symbol | `"[function name]"`, `"Symbol(name)"` |
 * | undefined or a hole in an array | `null` (as a member of an object it is left out, as JSON does, and not named) |
 * | a lone surrogate | U+FFFD in its place; a key likewise |
 * | Map | an object where all keys are strings, else an array of `[key, value]`; Set: an array |
 * | Error | `{ name, message }` and its own fields |
 * | ArrayBuffer, typed array | an array of numbers |
 * | an object that holds itself | `"[cycle]"` |
 * | a getter, `toJSON` or proxy that throws | `"[threw: message]"` |
 * | more than 60 levels deep | `"[too deep]"` |
 * | the rest of a value of more than a million members | `"[too large]"` |
 * | what is no object where the event has one (`details`, a payload) | `{ "value": … }` |
 *
 * A class instance is recorded by its own enumerable fields and `toJSON` is obeyed, both as `JSON.stringify` does.
 *
 * @returns a plain copy that JSON carries; what was altered is added to `lossy`. Never throws.
 */
export function toRecordable(value: unknown, pointer: string, lossy: string[]): unknown {
  const copier = new Copier();
  const copy = copier.copy(value, pointer);
  lossy.push(...(copier.altered.length > MAX_POINTERS ? [pointer] : copier.altered));
  return copy;
}

/** The same where the event has an object. */
export function toRecordableObject(value: unknown, pointer: string, lossy: string[]): unknown {
  const copy = toRecordable(value, pointer, lossy);
  if (typeof copy === "object" && copy !== null && !Array.isArray(copy)) return copy;
  lossy.push(pointer);
  return { value: copy ?? null };
}

// Less than the encoder's own limit, so that what was cut here passes there.
const MAX_DEPTH = 60;
// More than fits into the largest event; it bounds the time and memory that a hostile value costs.
const MAX_MEMBERS = 1_000_000;
// Past this many altered places the list says no more than the payload's own pointer does.
const MAX_POINTERS = 1000;

class Copier {
  readonly altered: string[] = [];
  readonly #ancestors: object[] = [];
  #members = 0;

  copy(value: unknown, pointer: string): unknown {
    switch (typeof value) {
      case "string":
        return value.isWellFormed() ? value : this.#alter(pointer, value.toWellFormed());
      case "number":
        return Number.isFinite(value) ? value : this.#alter(pointer, String(value));
      case "boolean":
      case "undefined":
        return value;
      case "bigint":
        return this.#alter(pointer, String(value));
      case "symbol":
        return this.#alter(pointer, String(value).toWellFormed());
      case "function":
        return this.#alter(pointer, functionText(value));
      case "object":
        return value === null ? null : this.#copyGuarded(value, pointer);
    }
  }

  #alter(pointer: string, replacement: unknown): unknown {
    if (this.altered.length <= MAX_POINTERS) this.altered.push(pointer.toWellFormed());
    return replacement;
  }

  #copyGuarded(value: object, pointer: string): unknown {
    if (this.#ancestors.includes(value)) return this.#alter(pointer, "[cycle]");
    if (this.#ancestors.length >= MAX_DEPTH) return this.#alter(pointer, "[too deep]");
    this.#ancestors.push(value);
    try {
      return this.#copyObject(value, pointer);
    } catch (error) {
      return this.#alter(pointer, `[threw: ${messageOf(error)}]`.toWellFormed());
    } finally {
      this.#ancestors.pop();
    }
  }

  #copyObject(value: object, pointer: string): unknown {
    if (value instanceof EventHandle) return value.event_ids;
    if (value instanceof ArrayBuffer) return this.#copyBytes(new Uint8Array(value), pointer);
    if (ArrayBuffer.isView(value)) return this.#copyBytes(value, pointer);
    if ("toJSON" in value && typeof value.toJSON === "function") {
      const plain: unknown = value.toJSON("");
      // An invalid Date's toJSON says null, which is not what it was.
      if (plain === null) return this.#alter(pointer, null);
      if (plain !== value) return this.copy(plain, pointer);
    }
    if (value instanceof Map) {
      const entries = [...value.entries()];
      const allText = entries.every(([key]) => typeof key === "string");
      return this.#alter(pointer, this.copy(allText ? Object.fromEntries(entries) : entries, pointer));
    }
    if (value instanceof Set) return this.#alter(pointer, this.copy([...value], pointer));
    if (value instanceof Error) {
      const own = Object.fromEntries(Object.entries(value));
      return this.#alter(pointer, this.copy({ ...own, name: value.name, message: value.message }, pointer));
    }
    if (value instanceof Number || value instanceof String || value instanceof Boolean) {
      return this.copy(value.valueOf(), pointer);
    }
    return Array.isArray(value) ? this.#copyArray(value, pointer) : this.#copyMembers(value, pointer);
  }

  #copyBytes(view: ArrayBufferView, pointer: string): unknown {
    if (view.byteLength > MAX_MEMBERS - this.#members) return this.#alter(pointer, "[too large]");
    const numbers =
      view instanceof DataView
        ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
        : Object.values(view);
    return this.#alter(pointer, this.copy(Array.from(numbers), pointer));
  }

  #copyArray(array: readonly unknown[], pointer: string): unknown {
    if (array.length > MAX_MEMBERS - this.#members) return this.#alter(pointer, "[too large]");
    return Array.from({ length: array.length }, (_, index) => {
      const member = this.#copyMember(array, index, `${pointer}/${index}`);
      return member === undefined ? this.#alter(`${pointer}/${index}`, null) : member;
    });
  }

  #copyMembers(value: object, pointer: string): unknown {
    const plain: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const place = `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      const member = this.#copyMember(value, key, place);
      if (member === undefined) continue;
      const name = key.toWellFormed();
      if (name !== key) this.#alter(place, undefined);
      // Not by assignment: a key named __proto__ would set the prototype.
      Object.defineProperty(plain, name, {
        value: member,
        enumerable: true,
        configurable: true,
        writable: true,
      });
      if (this.#members > MAX_MEMBERS) break;
    }
    return plain;
  }

  #copyMember(holder: object, key: string | number, pointer: string): unknown {
    this.#members++;
    if (this.#members > MAX_MEMBERS) return this.#alter(pointer, "[too large]");
    let member: unknown;
    try {
      member = Reflect.get(holder, key);
    } catch (error) {
      return this.#alter(pointer, `[threw: ${messageOf(error)}]`.toWellFormed());
    }
    return this.copy(member, pointer);
  }
}

function functionText(value: object): string {
  try {
    const name: unknown = Reflect.get(value, "name");
    return `[function ${typeof name === "string" && name !== "" ? name : "anonymous"}]`.toWellFormed();
  } catch {
    return "[function]";
  }
}

/** What was thrown says of itself; anything can be thrown, also what throws when asked. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return "unknown";
  }
}
