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
 * | more than 100 levels deep | `"[too deep]"` |
 *
 * A class instance is recorded by its own enumerable fields and `toJSON` is obeyed, both as `JSON.stringify` does.
 */
const MAX_DEPTH = 100;

/** @returns a plain copy that JSON carries; what was altered is added to `lossy`. Never throws. */
export function toRecordable(value: unknown, pointer: string, lossy: string[]): unknown {
  return copy(value, pointer, lossy, []);
}

function copy(value: unknown, pointer: string, lossy: string[], ancestors: object[]): unknown {
  const altered = (replacement: unknown) => {
    lossy.push(wellFormed(pointer));
    return replacement;
  };
  switch (typeof value) {
    case "string":
      return value.isWellFormed() ? value : altered(value.toWellFormed());
    case "number":
      return Number.isFinite(value) ? value : altered(String(value));
    case "boolean":
    case "undefined":
      return value;
    case "bigint":
      return altered(String(value));
    case "symbol":
      return altered(wellFormed(String(value)));
    case "function":
      return altered(wellFormed(`[function ${value.name || "anonymous"}]`));
    case "object":
      break;
  }
  if (value === null) return null;
  if (ancestors.includes(value)) return altered("[cycle]");
  if (ancestors.length >= MAX_DEPTH) return altered("[too deep]");
  ancestors.push(value);
  try {
    return copyObject(value, pointer, lossy, ancestors, altered);
  } catch (error) {
    return altered(threw(error));
  } finally {
    ancestors.pop();
  }
}

function copyObject(
  value: object,
  pointer: string,
  lossy: string[],
  ancestors: object[],
  altered: (replacement: unknown) => unknown,
): unknown {
  const child = (member: unknown, key: string | number) =>
    copy(member, `${pointer}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`, lossy, ancestors);
  if ("toJSON" in value && typeof value.toJSON === "function") {
    const plain: unknown = value.toJSON("");
    // An invalid Date's toJSON says null, which is not what it was.
    if (plain === null) return altered(null);
    return copy(plain, pointer, lossy, ancestors);
  }
  if (value instanceof Map) {
    const entries = [...value.entries()];
    const allText = entries.every(([key]) => typeof key === "string");
    const plain = allText ? Object.fromEntries(entries) : entries;
    return altered(copy(plain, pointer, lossy, ancestors));
  }
  if (value instanceof Set) return altered(copy([...value], pointer, lossy, ancestors));
  if (value instanceof ArrayBuffer) return altered([...new Uint8Array(value)]);
  if (ArrayBuffer.isView(value)) {
    const bytes =
      value instanceof DataView ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : value;
    return altered(copy(Array.from(Object.values(bytes)), pointer, lossy, ancestors));
  }
  if (value instanceof Error) {
    return altered(
      copy(
        { ...Object.fromEntries(Object.entries(value)), name: value.name, message: value.message },
        pointer,
        lossy,
        ancestors,
      ),
    );
  }
  if (value instanceof Number || value instanceof String || value instanceof Boolean) {
    return copy(value.valueOf(), pointer, lossy, ancestors);
  }
  if (Array.isArray(value)) {
    return Array.from({ length: value.length }, (_, index) => {
      const plain = child(memberOf(value, index), index);
      if (plain !== undefined) return plain;
      lossy.push(wellFormed(`${pointer}/${index}`));
      return null;
    });
  }
  const plain: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const member = child(memberOf(value, key), key);
    if (member === undefined) continue;
    const name = wellFormed(key);
    if (name !== key) lossy.push(wellFormed(`${pointer}/${key}`));
    // Not by assignment: a key named __proto__ would set the prototype.
    Object.defineProperty(plain, name, {
      value: member,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return plain;
}

/** A member's value, or what to record in its place: wrapped so that `copy` marks it as altered. */
function memberOf(holder: object, key: string | number): unknown {
  try {
    return Reflect.get(holder, key);
  } catch (error) {
    return new Threw(error);
  }
}

/** A member whose getter threw. Its toJSON throws the same again, so that it is recorded like any other thing that throws. */
class Threw {
  readonly #error: unknown;
  constructor(error: unknown) {
    this.#error = error;
  }
  toJSON(): never {
    throw this.#error;
  }
}

function threw(error: unknown): string {
  let message = "unknown";
  try {
    message = error instanceof Error ? error.message : String(error);
  } catch {
    // An error whose message throws too says nothing.
  }
  return wellFormed(`[threw: ${message}]`);
}

function wellFormed(text: string): string {
  return text.toWellFormed();
}
