import type { VariableReference } from "../naming/index.ts";
import type { JsonValue } from "../schema/index.ts";

/** Of two values of the same kind. */
export const COMPARISONS = ["==", "!=", "<", "<=", ">", ">="] as const;
export const ARITHMETIC = ["+", "-", "*", "/", "%"] as const;
export const LOGIC = ["and", "or"] as const;
export type Comparison = (typeof COMPARISONS)[number];
export type Arithmetic = (typeof ARITHMETIC)[number];
export type Logic = (typeof LOGIC)[number];

/** A variable as the expression names it. */
export interface WatchedVariable {
  reference: VariableReference;
  /** As it is written. */
  text: string;
  /** Where it stands in the expression, from 0. */
  position: number;
}

export type WatchExpression =
  | { kind: "literal"; value: JsonValue }
  | { kind: "turn" }
  | { kind: "variable"; variable: WatchedVariable }
  | { kind: "not"; of: WatchExpression }
  | { kind: "negative"; of: WatchExpression }
  | { kind: "logic"; operator: Logic; left: WatchExpression; right: WatchExpression }
  | { kind: "comparison"; operator: Comparison; left: WatchExpression; right: WatchExpression }
  | { kind: "arithmetic"; operator: Arithmetic; left: WatchExpression; right: WatchExpression };

/** The variables that an expression names, in order of appearance. */
export function variablesOf(expression: WatchExpression): WatchedVariable[] {
  switch (expression.kind) {
    case "variable":
      return [expression.variable];
    case "not":
    case "negative":
      return variablesOf(expression.of);
    case "logic":
    case "comparison":
    case "arithmetic":
      return [...variablesOf(expression.left), ...variablesOf(expression.right)];
    default:
      return [];
  }
}

export function usesTurn(expression: WatchExpression): boolean {
  switch (expression.kind) {
    case "turn":
      return true;
    case "not":
    case "negative":
      return usesTurn(expression.of);
    case "logic":
    case "comparison":
    case "arithmetic":
      return usesTurn(expression.left) || usesTurn(expression.right);
    default:
      return false;
  }
}
