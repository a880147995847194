/** Something that no text can show; the message goes behind its name. */
export class NotShown extends Error {}

/** Deeper than any observation; what goes in circles is deeper than anything. */
const MAX_DEPTH = 100;

/** A text as it is, a number as JSON has it, a list or a mapping as JSON that is easy to read. What it shows counts as read. */
export function valueText(value: unknown): string {
  return typeof value === "string" ? value : indented(value, "", 0);
}

/** As JSON in one line. */
export function jsonText(value: unknown, depth = 0): string {
  if (!isStructure(value)) return scalarText(value);
  checkDepth(depth);
  if (Array.isArray(value)) return `[${value.map((item) => jsonText(item, depth + 1)).join(",")}]`;
  const members = membersOf(value).map(
    ([key, member]) => `${JSON.stringify(key)}:${jsonText(member, depth + 1)}`,
  );
  return `{${members.join(",")}}`;
}

function indented(value: unknown, margin: string, depth: number): string {
  if (!isStructure(value)) return scalarText(value);
  checkDepth(depth);
  const inside = `${margin}  `;
  if (Array.isArray(value)) {
    const items: unknown[] = value;
    if (!items.some(isStructure)) return `[${items.map(scalarText).join(", ")}]`;
    return `[\n${items.map((item) => `${inside}${indented(item, inside, depth + 1)}`).join(",\n")}\n${margin}]`;
  }
  const members = membersOf(value).map(
    ([key, member]) => `${inside}${JSON.stringify(key)}: ${indented(member, inside, depth + 1)}`,
  );
  return members.length === 0 ? "{}" : `{\n${members.join(",\n")}\n${margin}}`;
}

/** What is `undefined` is not there, as in JSON. */
function membersOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

function scalarText(value: unknown): string {
  if (value === undefined || value === null) return "null";
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return JSON.stringify(value);
  throw new NotShown(`is ${kindOf(value)}: a template shows numbers, texts, lists and mappings`);
}

function checkDepth(depth: number): void {
  if (depth > MAX_DEPTH) throw new NotShown(`goes deeper than ${MAX_DEPTH} levels`);
}

/** A list, or a mapping. */
export function isStructure(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Reflect.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value === "function") return "a function";
  if (typeof value !== "object") return typeof value === "string" ? "a text" : `a ${typeof value}`;
  if (Array.isArray(value)) return "a list";
  if (isStructure(value)) return "a mapping";
  const made: unknown = Reflect.get(value, "constructor");
  return typeof made === "function" ? `a ${made.name}` : "no mapping";
}
