import { didYouMean } from "@llm-sim/events/naming";
import type { Expression, Node, Path } from "./syntax.ts";
import { LOOP } from "./syntax.ts";
import { TemplateError, type TemplatePlace } from "./template-error.ts";
import { isStructure, jsonText, kindOf, NotShown, valueText } from "./value-text.ts";

/** What a template can show, by name. */
export type Names = Readonly<Record<string, unknown>>;

/**
 * What a template comes to: the same text for the same values, whatever they are looked at through. Only what is shown, asked for or
 * gone through is read.
 *
 * @throws TemplateError where something is not there, or cannot be shown
 */
export function render(nodes: readonly Node[], names: Names): string {
  return new Renderer(names).body(nodes);
}

class Renderer {
  readonly #names: Names;

  constructor(names: Names) {
    this.#names = names;
  }

  body(nodes: readonly Node[]): string {
    return nodes.map((node) => this.#node(node)).join("");
  }

  #node(node: Node): string {
    if (typeof node === "string") return node;
    switch (node.is) {
      case "value":
        return shown(node.of, node.at, () => valueText(this.#value(node.of)));
      case "if": {
        const branch = node.branches.find(({ when }) => isTrue(this.#value(when)));
        return this.body(branch?.body ?? node.otherwise);
      }
      case "for":
        return this.#for(node);
    }
  }

  #for({ names, of, body, otherwise, at }: Extract<Node, { is: "for" }>): string {
    const [first = "", second] = names;
    const items = this.#items(of, second !== undefined, at);
    if (items.length === 0) return this.body(otherwise);
    return items
      .map(([key, item], index) => {
        const loop = {
          index: index + 1,
          first: index === 0,
          last: index === items.length - 1,
          length: items.length,
        };
        const own = second === undefined ? { [first]: item() } : { [first]: key, [second]: item() };
        return new Renderer({ ...this.#names, ...own, [LOOP]: loop }).body(body);
      })
      .join("");
  }

  /** What is gone through; members are read when they are reached. */
  #items(of: Expression, isMapping: boolean, at: TemplatePlace): [key: string, item: () => unknown][] {
    const value = this.#value(of);
    if (Array.isArray(value) && !isMapping) {
      const list: readonly unknown[] = value;
      return Array.from({ length: list.length }, (_, index) => [String(index), () => list[index]]);
    }
    if (!isStructure(value) || Array.isArray(value) !== !isMapping) {
      const expected = isMapping
        ? "a mapping: a list is gone through with for ITEM in LIST"
        : "a list: a mapping is gone through with for KEY, VALUE in MAPPING";
      throw new TemplateError(`${nameOf(of)} is ${kindOf(value)}, expected ${expected}`, at);
    }
    return Object.keys(value).map((key) => [key, () => memberOf(value, key)]);
  }

  #value(expression: Expression): unknown {
    switch (expression.is) {
      case "literal":
        return expression.value;
      case "path":
        return this.#path(expression);
      case "not":
        return !isTrue(this.#value(expression.of));
      case "and":
        return isTrue(this.#value(expression.left)) && isTrue(this.#value(expression.right));
      case "or":
        return isTrue(this.#value(expression.left)) || isTrue(this.#value(expression.right));
      case "defined":
        return this.#isDefined(expression.path) !== expression.isNegated;
      case "comparison":
        return compared(expression, this.#value(expression.left), this.#value(expression.right));
      case "contained":
        return this.#contains(expression) !== expression.isNegated;
      case "filtered":
        return shown(expression.of, expression.at, () => filtered(expression, this.#value(expression.of)));
    }
  }

  #path(path: Path): unknown {
    let value = this.#names[path.root];
    let name = path.root;
    if (value === undefined) throw new TemplateError(`there is no ${name} here`, path.at);
    for (const step of path.steps) {
      const key = this.#key(step, path.at);
      const parent = value;
      if (!isStructure(parent))
        throw new TemplateError(`${name} is ${kindOf(parent)}, which has no members`, path.at);
      value = memberOf(parent, key);
      if (value === undefined) {
        const near = Array.isArray(parent)
          ? ` (it has ${parent.length} items, counted from 0)`
          : didYouMean(String(key), Object.keys(parent));
        throw new TemplateError(`there is no ${JSON.stringify(key)} in ${name}${near}`, path.at);
      }
      name = typeof key === "number" ? `${name}[${key}]` : `${name}.${key}`;
    }
    return value;
  }

  #key(step: string | number | Path, at: TemplatePlace): string | number {
    if (typeof step !== "object") return step;
    const key = this.#path(step);
    if (typeof key === "string" || typeof key === "number") return key;
    throw new TemplateError(`${pathText(step)} is ${kindOf(key)}: expected a text or a number`, at);
  }

  /** Whether all of it is there. */
  #isDefined({ root, steps, at }: Path): boolean {
    let value = this.#names[root];
    for (const step of steps) {
      if (!isStructure(value)) return false;
      const key = this.#key(step, at);
      if (!(String(key) in value)) return false;
      value = memberOf(value, key);
    }
    return value !== undefined;
  }

  #contains({ member, in: of, at }: Extract<Expression, { is: "contained" }>): boolean {
    const sought = this.#value(member);
    const value = this.#value(of);
    if (Array.isArray(value)) return value.includes(sought);
    if (typeof value === "string" && typeof sought === "string") return value.includes(sought);
    if (!isStructure(value))
      throw new TemplateError(`${nameOf(of)} is ${kindOf(value)}: nothing is in it`, at);
    return typeof sought === "string" && sought in value && memberOf(value, sought) !== undefined;
  }
}

/** A member of its own: what every object has beside them is not there. */
function memberOf(value: object, key: string | number): unknown {
  if (Array.isArray(value)) return typeof key === "number" ? Reflect.get(value, key) : undefined;
  return String(key) in Object.prototype && !Object.hasOwn(value, key) ? undefined : Reflect.get(value, key);
}

/** As in Python: nothing, no, zero and what is empty is not true. */
function isTrue(value: unknown): boolean {
  return isStructure(value) ? Object.keys(value).length > 0 : Boolean(value);
}

function compared(
  { sign, left, right, at }: Extract<Expression, { is: "comparison" }>,
  a: unknown,
  b: unknown,
): boolean {
  const odd = [
    { of: left, value: a },
    { of: right, value: b },
  ].find(({ value }) => typeof value === "object" && value !== null);
  if (odd)
    throw new TemplateError(
      `${nameOf(odd.of)} is ${kindOf(odd.value)}: numbers and texts can be compared`,
      at,
    );
  if (sign === "==") return a === b;
  if (sign === "!=") return a !== b;
  if (typeof a === "number" && typeof b === "number") return ordered(sign, a - b);
  if (typeof a === "string" && typeof b === "string") return ordered(sign, a < b ? -1 : Number(a > b));
  throw new TemplateError(
    `${nameOf(left)} is ${kindOf(a)} and ${nameOf(right)} is ${kindOf(b)}: ${sign} is for two numbers, or two texts`,
    at,
  );
}

function ordered(sign: string, difference: number): boolean {
  if (sign === "<") return difference < 0;
  if (sign === "<=") return difference <= 0;
  return sign === ">" ? difference > 0 : difference >= 0;
}

const MOST_DIGITS = 20;

function filtered({ name, args, of, at }: Extract<Expression, { is: "filtered" }>, value: unknown): unknown {
  const [arg] = args;
  switch (name) {
    case "json":
      return jsonText(value);
    case "length":
      if (typeof value === "string") return value.length;
      if (isStructure(value)) return Object.keys(value).length;
      break;
    case "join":
      if (Array.isArray(value)) return value.map(valueText).join(String(arg ?? ", "));
      break;
    case "fixed":
      if (typeof value === "number" && Number.isInteger(arg ?? 0) && Number(arg ?? 0) <= MOST_DIGITS)
        return value.toFixed(Number(arg ?? 0));
      break;
  }
  throw new TemplateError(`${nameOf(of)} is ${kindOf(value)}: the filter ${name} ${TAKES[name]}`, at);
}

const TAKES = {
  json: "takes anything",
  length: "takes a text, a list or a mapping",
  join: "takes a list, and what goes between its items",
  fixed: `takes a number, and how many digits follow the point, at most ${MOST_DIGITS}`,
};

/** @throws TemplateError that says of what cannot be shown what it is */
function shown<T>(of: Expression, at: TemplatePlace, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw error instanceof NotShown ? new TemplateError(`${nameOf(of)} ${error.message}`, at) : error;
  }
}

function nameOf(expression: Expression): string {
  if (expression.is === "path") return pathText(expression);
  if (expression.is === "literal") return JSON.stringify(expression.value);
  return expression.is === "filtered" ? nameOf(expression.of) : "it";
}

function pathText({ root, steps }: Path): string {
  return steps.reduce<string>((text, step) => {
    if (typeof step === "string") return `${text}.${step}`;
    return `${text}[${typeof step === "number" ? step : pathText(step)}]`;
  }, root);
}
