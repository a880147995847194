import jsep from "jsep";
import { referenceOf } from "../naming/index.ts";
import { ARITHMETIC, COMPARISONS, LOGIC, type WatchExpression } from "./expression.ts";
import { type Names, namesIn } from "./names.ts";
import { WatchError } from "./watch-error.ts";

// The words beside the signs, with the signs' precedence.
jsep.addBinaryOp("or", 1);
jsep.addBinaryOp("and", 2);
jsep.addUnaryOp("not");

const STRING = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/gs;

/**
 * Reads a watch expression.
 *
 * @throws WatchError
 */
export function parseWatch(text: string): WatchExpression {
  if (text.trim() === "")
    throw new WatchError(text, 0, "it is empty; expected something like alice.wealth < 0");
  const names = namesIn(text);
  return new Reader(text, names).expression(parsed(text, names));
}

function parsed(text: string, names: Names): jsep.Expression {
  try {
    return jsep(names.masked);
  } catch (error) {
    const position =
      error instanceof Error && "index" in error && typeof error.index === "number" ? error.index : 0;
    throw new WatchError(text, position, problemOf(text, position, error, names));
  }
}

function problemOf(text: string, position: number, error: unknown, names: Names): string {
  if (text[position] === "=") return "= is no comparison; write ==";
  const said = error instanceof Error && "description" in error ? String(error.description) : String(error);
  return names.unmasked(said);
}

/** Takes of jsep's tree what the language has, and says of the rest where it stands. */
class Reader {
  readonly #text: string;
  readonly #names: Names;
  /** The text with its strings blanked, so that what is found stands outside them. */
  readonly #bare: string;
  /** Behind the names and values read so far. */
  #readTo = 0;

  constructor(text: string, names: Names) {
    this.#text = text;
    this.#names = names;
    this.#bare = text.replaceAll(STRING, (found) => " ".repeat(found.length));
  }

  expression(node: jsep.Expression): WatchExpression {
    switch (node.type) {
      case "Literal":
        return this.#literal(node);
      case "Identifier":
        return this.#name(textOf(node.name));
      case "MemberExpression":
        return this.#fail(this.#bare.search(/[.[]/), "a dot or bracket comes behind a name only");
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

  #name(masked: string): WatchExpression {
    const name = this.#names.behind(masked);
    if (name === undefined) return this.#fail(0, `${masked} is no name`);
    this.#readTo = Math.max(this.#readTo, name.position + name.text.length);
    const [first, ...rest] = name.steps;
    if (first?.text === "turn" && rest.length === 0) return { kind: "turn" };
    const { text, position, steps } = name;
    return { kind: "variable", variable: { reference: referenceOf(steps), text, position } };
  }

  /** Where the second of several expressions begins, the first having been read. */
  #secondPart(node: jsep.Expression): number {
    const parts = node.type === "Compound" ? node.body : node.expressions;
    const [first, second]: unknown[] = Array.isArray(parts) ? parts : [];
    if (!isExpression(first) || !isExpression(second)) return 0;
    this.expression(first);
    const { name, raw } = leftmost(second);
    const named = this.#names.behind(textOf(name));
    return named?.position ?? this.#text.indexOf(textOf(raw), this.#readTo);
  }

  #unknownOperator(operator: string): never {
    return this.#fail(this.#bare.indexOf(operator), `there is no operator ${operator}`);
  }

  #fail(position: number, problem: string): never {
    throw new WatchError(this.#text, Math.max(0, position), problem);
  }
}

const SPELLINGS: Readonly<Record<string, string>> = { "&&": "and", "||": "or", "===": "==", "!==": "!=" };

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
