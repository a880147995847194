import jsep from "jsep";
import {
  ARITHMETIC,
  COMPARISONS,
  LOGIC,
  type VariableReference,
  type WatchExpression,
} from "./expression.ts";
import { WatchError } from "./watch-error.ts";

// The words beside the signs, with the signs' precedence.
jsep.addBinaryOp("or", 1);
jsep.addBinaryOp("and", 2);
jsep.addUnaryOp("not");

/** Stands in for the wildcard: jsep takes `*` for a product only, and this for a name of the same length. */
const WILDCARD = "∗"; // U+2217
const STRING_OR_WILDCARD = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\*(?=\.[\p{L}_$])/gu;
const STRING = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g;

/**
 * Reads a watch expression.
 *
 * @throws WatchError
 */
export function parseWatch(text: string): WatchExpression {
  if (text.trim() === "")
    throw new WatchError(text, 0, "it is empty; expected something like alice.wealth < 0");
  const prepared = text.replaceAll(STRING_OR_WILDCARD, (found) => (found === "*" ? WILDCARD : found));
  return new Reader(text).expression(parsed(text, prepared));
}

function parsed(text: string, prepared: string): jsep.Expression {
  try {
    return jsep(prepared);
  } catch (error) {
    const position =
      error instanceof Error && "index" in error && typeof error.index === "number" ? error.index : 0;
    throw new WatchError(text, position, problemOf(text, position, error));
  }
}

function problemOf(text: string, position: number, error: unknown): string {
  if (text[position] === "=") return "= is no comparison; write ==";
  const said = error instanceof Error && "description" in error ? String(error.description) : String(error);
  return said.replaceAll(WILDCARD, "*");
}

/** Takes of jsep's tree what the language has, and says of the rest where it stands. */
class Reader {
  readonly #text: string;
  /** The text with its strings blanked, so that what is found stands outside them. */
  readonly #bare: string;
  /** Behind the names and values read so far. */
  #readTo = 0;

  constructor(text: string) {
    this.#text = text;
    this.#bare = text.replaceAll(STRING, (found) => " ".repeat(found.length));
  }

  expression(node: jsep.Expression): WatchExpression {
    switch (node.type) {
      case "Literal":
        return this.#literal(node);
      case "Identifier":
      case "MemberExpression":
      case "ThisExpression":
        return this.#name(node);
      case "UnaryExpression":
        return this.#unary(node);
      case "BinaryExpression":
        return this.#binary(node);
      case "Compound":
      case "SequenceExpression":
        return this.#fail(
          this.#secondPart(node),
          "one expression ends here and another begins; join them with and, or",
        );
      case "CallExpression":
        return this.#fail(this.#bare.search(/[\p{L}\p{N}_$]\s*\(/u), "there are no functions");
      case "ArrayExpression":
        return this.#fail(this.#bare.indexOf("["), "there are no lists");
      case "ConditionalExpression":
        return this.#fail(this.#bare.indexOf("?"), "there is no ?:, use and, or");
      default:
        return this.#fail(0, `${node.type} is not part of the language`);
    }
  }

  #literal(node: jsep.Expression): WatchExpression {
    const { value, raw } = node;
    this.#readTo = Math.max(this.#readTo, this.#text.indexOf(textOf(raw), this.#readTo) + textOf(raw).length);
    if (
      value === null ||
      typeof value === "string" ||
      typeof value === "number" ||
      typeof value === "boolean"
    ) {
      return { kind: "literal", value };
    }
    return this.#fail(0, "this is no value");
  }

  #unary(node: jsep.Expression): WatchExpression {
    const of = this.expression(child(node, "argument"));
    switch (node.operator) {
      case "!":
      case "not":
        return { kind: "not", of };
      case "-":
        return { kind: "negative", of };
      case "+":
        return of;
      default:
        return this.#unknownOperator(textOf(node.operator));
    }
  }

  #binary(node: jsep.Expression): WatchExpression {
    const operator = SPELLINGS[textOf(node.operator)] ?? textOf(node.operator);
    const left = this.expression(child(node, "left"));
    const right = this.expression(child(node, "right"));
    for (const known of LOGIC) if (known === operator) return { kind: "logic", operator: known, left, right };
    // `not a < b` would read as `(not a) < b`, which nobody means.
    if (left.kind === "not" || right.kind === "not") {
      this.#fail(
        Math.max(0, this.#bare.search(/!(?!=)|\bnot\b/)),
        `not takes what comes next only; write not (… ${operator} …)`,
      );
    }
    for (const known of COMPARISONS)
      if (known === operator) return { kind: "comparison", operator: known, left, right };
    for (const known of ARITHMETIC)
      if (known === operator) return { kind: "arithmetic", operator: known, left, right };
    return this.#unknownOperator(operator);
  }

  #name(node: jsep.Expression): WatchExpression {
    const parts = this.#parts(node);
    const position = this.#positionOf(parts);
    const [first = "", ...rest] = parts;
    if (first === WILDCARD) return variable("any", rest, position);
    if (rest.length === 0) return first === "turn" ? { kind: "turn" } : variable("first", parts, position);
    if (first === "global") return variable("world", rest, position);
    if (first === "agents" && rest.length > 1) {
      const [agent = "", ...path] = rest;
      return agent === WILDCARD ? variable("any", path, position) : variable("first", rest, position);
    }
    return variable("first", parts, position);
  }

  #parts(node: jsep.Expression): string[] {
    if (node.type === "Identifier") return [textOf(node.name)];
    if (node.type === "ThisExpression") return ["this"]; // to this language a name like any other
    if (node.type === "Literal" && (typeof node.value === "string" || typeof node.value === "number")) {
      return [`${node.value}`];
    }
    if (node.type !== "MemberExpression") {
      return this.#fail(Math.max(0, this.#bare.indexOf(".")), "a dot or bracket comes behind a name only");
    }
    return [...this.#parts(child(node, "object")), ...this.#parts(child(node, "property"))];
  }

  /** Names are visited in the order of the text, so each is looked for behind the one before. */
  #positionOf(parts: readonly string[]): number {
    const last = parts.at(-1) ?? "";
    const first = parts[0] === WILDCARD ? "*" : (parts[0] ?? "");
    const from = this.#readTo;
    const start = this.#text.indexOf(first, from);
    if (start === -1) return from;
    const end =
      parts.length === 1
        ? start + first.length
        : this.#text.indexOf(last, start + first.length) + last.length;
    this.#readTo = Math.max(end, start + first.length);
    return /["']/.test(this.#text[start - 1] ?? "") ? start - 1 : start;
  }

  /** Where the second of several expressions begins, the first having been read. */
  #secondPart(node: jsep.Expression): number {
    const parts = node.type === "Compound" ? node.body : node.expressions;
    const [first, second]: unknown[] = Array.isArray(parts) ? parts : [];
    if (!isExpression(first) || !isExpression(second)) return 0;
    this.expression(first);
    const { name, raw } = leftmost(second);
    return this.#text.indexOf(textOf(name ?? raw).replaceAll(WILDCARD, "*"), this.#readTo);
  }

  #unknownOperator(operator: string): never {
    return this.#fail(this.#bare.indexOf(operator), `there is no operator ${operator}`);
  }

  #fail(position: number, problem: string): never {
    throw new WatchError(this.#text, Math.max(0, position), problem);
  }
}

const SPELLINGS: Readonly<Record<string, string>> = { "&&": "and", "||": "or", "===": "==", "!==": "!=" };

function variable(
  owner: VariableReference["owner"],
  path: readonly string[],
  position: number,
): WatchExpression {
  return { kind: "variable", reference: { owner, path, position } };
}

function leftmost(node: jsep.Expression): jsep.Expression {
  for (const side of ["left", "object", "argument", "callee", "test"]) {
    const inner = node[side];
    if (isExpression(inner)) return leftmost(inner);
  }
  return node;
}

function child(node: jsep.Expression, name: string): jsep.Expression {
  const inner = node[name];
  if (!isExpression(inner)) throw new TypeError(`jsep's ${node.type} has no ${name}`);
  return inner;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isExpression(value: unknown): value is jsep.Expression {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
