import type { JsonValue } from "../schema/index.ts";

/** Of two values of the same kind. */
export const COMPARISONS = ["==", "!=", "<", "<=", ">", ">="] as const;
export const ARITHMETIC = ["+", "-", "*", "/", "%"] as const;
export const LOGIC = ["and", "or"] as const;
export type Comparison = (typeof COMPARISONS)[number];
export type Arithmetic = (typeof ARITHMETIC)[number];
export type Logic = (typeof LOGIC)[number];

/** Whose variable is meant: anyone's in turn (`*.wealth`), the world's for sure (`global.price`), or that of an agent where there is one of the name. */
export type Owner = "any" | "world" | "first";

/** A variable as it is written: `alice.wealth` is `["alice", "wealth"]` of owner `first`, `*.wealth` is `["wealth"]` of `any`. */
export interface VariableReference {
  owner: Owner;
  path: readonly string[];
  /** Where it stands in the text, from 0. */
  position: number;
}

export type WatchExpression =
  | { kind: "literal"; value: JsonValue }
  | { kind: "turn" }
  | { kind: "variable"; reference: VariableReference }
  | { kind: "not"; of: WatchExpression }
  | { kind: "negative"; of: WatchExpression }
  | { kind: "logic"; operator: Logic; left: WatchExpression; right: WatchExpression }
  | { kind: "comparison"; operator: Comparison; left: WatchExpression; right: WatchExpression }
  | { kind: "arithmetic"; operator: Arithmetic; left: WatchExpression; right: WatchExpression };

/** The variables that an expression names, in order of appearance. */
export function variablesOf(expression: WatchExpression): VariableReference[] {
  switch (expression.kind) {
    case "variable":
      return [expression.reference];
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
