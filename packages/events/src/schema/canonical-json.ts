import type { JsonValue } from "./json-value.ts";

/**
 * JSON in the one form of RFC 8785 (JCS): members sorted by UTF-16 code units, no white space, numbers and strings
 * as ECMAScript writes them. Two values are the same JSON exactly when their canonical texts are equal.
 *
 * Beyond the RFC, a lone surrogate is written as its `\udXXX` escape instead of being refused, and a number past the
 * doubles, which `JSON.parse` reads as ±Infinity, as `1e999` or `-1e999`, which it reads so again.
 * A value's depth is limited by memory only: it is walked without recursion.
 *
 * @example canonicalJson({ b: 1, a: [true, -0] }) // '{"a":[true,0],"b":1}'
 * @throws TypeError where the value is not JSON (NaN, undefined, a function, a BigInt)
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value !== "object" || value === null) return primitive(value);
  let text = "";
  const open: Container[] = [];
  let container = opened(value);
  text += container.names ? "{" : "[";
  for (;;) {
    const { index, names, values } = container;
    if (index === values.length) {
      text += names ? "}" : "]";
      const outer = open.pop();
      if (!outer) return text;
      container = outer;
      continue;
    }
    container.index = index + 1;
    if (index > 0) text += ",";
    if (names) text += `${JSON.stringify(names[index])}:`;
    const member = values[index];
    if (typeof member === "object" && member !== null) {
      open.push(container);
      container = opened(member);
      text += container.names ? "{" : "[";
    } else {
      text += primitive(member);
    }
  }
}

/** Whether two values are the same JSON, whatever the order of their members; what is not there is only the same as itself. */
export function isSameJson(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object") return false;
  return canonicalJson(left) === canonicalJson(right);
}

interface Container {
  /** Of an object, sorted; `undefined` of an array. */
  names: string[] | undefined;
  values: readonly (JsonValue | undefined)[];
  index: number;
}

function opened(value: JsonValue[] | { [key: string]: JsonValue }): Container {
  if (Array.isArray(value)) return { names: undefined, values: value, index: 0 };
  const names = Object.keys(value).toSorted(); // the default order is by UTF-16 code units, as the RFC asks
  return { names, values: names.map((name) => value[name]), index: 0 };
}

function primitive(value: string | number | boolean | null | undefined): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (value === Infinity) return "1e999";
  if (value === -Infinity) return "-1e999";
  throw new TypeError(`Not a JSON value: ${String(value)} (${typeof value})`);
}
