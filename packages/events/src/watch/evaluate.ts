import type { VariableReference } from "../naming/index.ts";
import type { JsonValue } from "../schema/index.ts";
import { isSameJson } from "../state/index.ts";
import type { Arithmetic, Comparison, WatchExpression } from "./expression.ts";

/** Where an expression's names get their values. */
export interface WatchScope {
  turn: number;
  /** The value of a variable; `undefined` where there is none. */
  value(reference: VariableReference): JsonValue | undefined;
}

/** Whether the expression holds: its value is there and not null, false, 0 or "". */
export function holds(expression: WatchExpression, scope: WatchScope): boolean {
  return isTrue(evaluated(expression, scope));
}

function isTrue(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== "";
}

function evaluated(expression: WatchExpression, scope: WatchScope): JsonValue | undefined {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "turn":
      return scope.turn;
    case "variable":
      return scope.value(expression.variable.reference);
    case "not":
      return !holds(expression.of, scope);
    case "negative": {
      const value = evaluated(expression.of, scope);
      return typeof value === "number" ? -value : undefined;
    }
    case "logic":
      return expression.operator === "and"
        ? holds(expression.left, scope) && holds(expression.right, scope)
        : holds(expression.left, scope) || holds(expression.right, scope);
    case "comparison":
      return compare(
        expression.operator,
        evaluated(expression.left, scope),
        evaluated(expression.right, scope),
      );
    default:
      return compute(
        expression.operator,
        evaluated(expression.left, scope),
        evaluated(expression.right, scope),
      );
  }
}

/** What is not there equals null. Only two numbers or two texts come before or after each other. */
function compare(operator: Comparison, left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (operator === "==") return isSameJson(left ?? null, right ?? null);
  if (operator === "!=") return !isSameJson(left ?? null, right ?? null);
  const areOrdered =
    (typeof left === "number" && typeof right === "number") ||
    (typeof left === "string" && typeof right === "string");
  if (!areOrdered) return false;
  switch (operator) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    default:
      return left >= right;
  }
}

/** @returns `undefined` where it comes to no number, so that no comparison with it holds */
function compute(
  operator: Arithmetic,
  left: JsonValue | undefined,
  right: JsonValue | undefined,
): number | undefined {
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  const result = COMPUTE[operator](left, right);
  return Number.isFinite(result) ? result : undefined;
}

const COMPUTE: Readonly<Record<Arithmetic, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "%": (left, right) => left % right,
};
