import { codeOf } from "@llm-sim/events/errors";
import type { JsonValue } from "@llm-sim/events/schema";
import { valueText } from "@llm-sim/events/words";

/** What was written that is not as the config declares it. */
export interface Undeclared {
  /** As names are written: `alice.wealth`, `global.price`. */
  variable: string;
  value: JsonValue;
  /** What it was; `null` where there was none. */
  old: JsonValue;
  /** What is allowed: `a number of at least 0`. */
  expected: string;
  /** Where in the config that is declared. */
  path: readonly (string | number)[];
  /** How many more variables there were like that. */
  more: number;
}

const MAX_SHOWN = 40;

/** A write gave a variable a value that is not as `state_variables` of the config declare it: nothing of it is done. */
export class StateVariableError extends Error {
  readonly code = "STATE_VARIABLE";
  readonly variable: string;
  readonly value: JsonValue;
  readonly expected: string;
  /** Where in the config that is declared. */
  readonly path: readonly (string | number)[];

  constructor({ variable, value, old, expected, path, more }: Undeclared) {
    const before = old === null ? "" : ` (it is ${valueText(old, MAX_SHOWN)})`;
    const others = more === 0 ? "" : `, and ${more} more like that`;
    super(
      `${variable} would be ${valueText(value, MAX_SHOWN)}${before}: expected ${expected} (${path.join(".")})${others}`,
    );
    this.name = "StateVariableError";
    this.variable = variable;
    this.value = value;
    this.expected = expected;
    this.path = path;
  }
}

export function isStateVariableError(error: unknown): error is StateVariableError {
  return codeOf(error) === "STATE_VARIABLE";
}
