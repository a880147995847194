import type { JsonValue } from "../schema/index.ts";
import { holds } from "./evaluate.ts";
import { usesTurn, type VariableReference, variablesOf, type WatchExpression } from "./expression.ts";
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

/** What an expression asks of a state: variables by their joined names, of an agent, or of the world. */
export interface VariableLookup {
  value(agentId: string | undefined, path: readonly string[]): JsonValue | undefined;
}

/** A condition on the state, parsed. All wildcards of one expression stand for the same agent. */
export interface Watch {
  readonly text: string;
  readonly variables: readonly VariableReference[];
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
 * A name is a variable of the agent it begins with, or of the world: `alice.inventory.gold`, `price`; `global.price` is
 * the world's for sure, and a name that is no word is quoted: `"agent 7".mood == "angry"`. There are
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
  readonly variables: readonly VariableReference[];
  readonly hasWildcard: boolean;
  readonly usesTurn: boolean;
  readonly #expression: WatchExpression;
  readonly #wild: readonly VariableReference[];

  constructor(text: string, expression: WatchExpression) {
    this.text = text;
    this.#expression = expression;
    this.variables = variablesOf(expression);
    this.#wild = this.variables.filter(({ owner }) => owner === "any");
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
    if (this.hasWildcard && !this.#wild.some(({ path }) => state.value(agentId, path) !== undefined))
      return false;
    return holds(this.#expression, { turn, value: (reference) => resolved(reference, agentId, state) });
  }
}

function resolved(
  { owner, path }: VariableReference,
  agentId: string | undefined,
  state: VariableLookup,
): JsonValue | undefined {
  if (owner === "any") return state.value(agentId, path);
  if (owner === "first" && path.length > 1) {
    const ofAgent = state.value(path[0], path.slice(1));
    if (ofAgent !== undefined) return ofAgent;
  }
  return state.value(undefined, path);
}

function lookupIn(state: WatchedState): VariableLookup {
  return {
    value(agentId, path) {
      if (agentId === undefined) return leaf(state.global, path);
      return Object.hasOwn(state.agents, agentId) ? leaf(state.agents[agentId], path) : undefined;
    },
  };
}

/** The variable, whether its name is joined or its keys are nested; what has members of its own is no variable. */
function leaf(part: unknown, path: readonly string[]): JsonValue | undefined {
  let node = part;
  for (let depth = 0; depth < path.length; depth++) {
    const joined = member(node, path.slice(depth).join("."));
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
