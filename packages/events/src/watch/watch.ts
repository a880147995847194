import { keysIn, keyText, type VariableId } from "../naming/index.ts";
import type { JsonValue } from "../schema/index.ts";
import { holds } from "./evaluate.ts";
import { usesTurn, variablesOf, type WatchExpression, type WatchedVariable } from "./expression.ts";
import { parseWatch } from "./parse.ts";

/** A state to be looked at: an engine's world, or a folded state with its flat names (`inventory.gold`). */
export interface WatchedState {
  readonly global: object;
  readonly agents: Readonly<Record<string, object | undefined>>;
}

/** For whom the expression holds, where it has a wildcard. */
export interface WatchMatch {
  agent_id?: string;
}

/** What an expression asks of a state. */
export interface VariableLookup {
  /** The value of what a name means, of several meanings the first that there is; `undefined` where there is none. */
  value(meanings: readonly VariableId[]): JsonValue | undefined;
}

/** A condition on the state, parsed. All wildcards of one expression stand for the same agent. */
export interface Watch {
  readonly text: string;
  readonly variables: readonly WatchedVariable[];
  readonly hasWildcard: boolean;
  readonly usesTurn: boolean;
  /** The first agent for whom it holds (or, without a wildcard, that it holds); `undefined` where it does not. */
  evaluate(state: WatchedState, turn: number): WatchMatch | undefined;
  /** Whether it holds, `agentId` standing for the wildcard: only an agent who has a variable named with one. */
  holdsFor(agentId: string | undefined, state: VariableLookup, turn: number): boolean;
}

/**
 * Reads an expression such as `alice.wealth < 0` or `*.wealth < 0 and turn > 3`.
 *
 * Names are those of `readVariable`: `alice.inventory.gold`, `price`, `global.price`, `"agent 7".mood == "angry"`; of one
 * step and not a word they need their owner, as in `global."gold price"`, for a quoted text alone is a text. There are
 * `and or not`, `== != < <= > >=`, `+ - * / %`, brackets, numbers, texts, `true false null`, and `turn`.
 * A variable that is not there equals `null`; other comparisons with it do not hold.
 *
 * @throws WatchError with the position
 */
export function compileWatch(text: string): Watch {
  return new CompiledWatch(text, parseWatch(text));
}

class CompiledWatch implements Watch {
  readonly text: string;
  readonly variables: readonly WatchedVariable[];
  readonly hasWildcard: boolean;
  readonly usesTurn: boolean;
  readonly #expression: WatchExpression;
  /** The names of variables that are named with the wildcard. */
  readonly #wild: readonly string[];

  constructor(text: string, expression: WatchExpression) {
    this.text = text;
    this.#expression = expression;
    this.variables = variablesOf(expression);
    this.#wild = this.variables.flatMap(({ reference }) =>
      reference.of === "anyone" ? [reference.variable_name] : [],
    );
    this.hasWildcard = this.#wild.length > 0;
    this.usesTurn = usesTurn(expression);
  }

  evaluate(state: WatchedState, turn: number): WatchMatch | undefined {
    const lookup = lookupIn(state);
    if (!this.hasWildcard) return this.holdsFor(undefined, lookup, turn) ? {} : undefined;
    const agent = Object.keys(state.agents).find((id) => this.holdsFor(id, lookup, turn));
    return agent === undefined ? undefined : { agent_id: agent };
  }

  holdsFor(agentId: string | undefined, state: VariableLookup, turn: number): boolean {
    const anyones = (variable_name: string) => state.value([{ agent_id: agentId, variable_name }]);
    if (this.hasWildcard && !this.#wild.some((name) => anyones(name) !== undefined)) return false;
    return holds(this.#expression, {
      turn,
      value: (reference) =>
        reference.of === "anyone" ? anyones(reference.variable_name) : state.value(reference.meanings),
    });
  }
}

function lookupIn(state: WatchedState): VariableLookup {
  return {
    value(meanings) {
      for (const { agent_id, variable_name } of meanings) {
        const value = leaf(partOf(state, agent_id), keysIn(variable_name));
        if (value !== undefined) return value;
      }
      return undefined;
    },
  };
}

function partOf(state: WatchedState, agentId: string | undefined): object | undefined {
  if (agentId === undefined) return state.global;
  return Object.hasOwn(state.agents, agentId) ? state.agents[agentId] : undefined;
}

/** The variable, whether its name is joined or its keys are nested; what has members of its own is no variable. */
function leaf(part: unknown, path: readonly string[]): JsonValue | undefined {
  let node = part;
  for (let depth = 0; depth < path.length; depth++) {
    const joined = member(node, path.slice(depth).map(keyText).join("."));
    if (joined !== undefined) return isLeaf(joined) ? joined : undefined;
    node = member(node, path[depth] ?? "");
  }
  return undefined;
}

function member(node: unknown, name: string): unknown {
  if (typeof node !== "object" || node === null || Array.isArray(node)) return undefined;
  return Object.getOwnPropertyDescriptor(node, name) === undefined ? undefined : Reflect.get(node, name);
}

function isLeaf(value: unknown): value is JsonValue {
  return value === null || typeof value !== "object" || Array.isArray(value);
}
