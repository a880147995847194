import { EMPTY_LIST, type PostingList } from "./posting-list.ts";

/** A variable of an agent, or of the world where `agent` is NO_AGENT; both are codes. */
export interface StateVariable {
  agent: number;
  variable: number;
}

// Agent and variable in one number that stays exact: 2^26 variables, 2^27 agents.
const VARIABLES = 2 ** 26;

/** The STATE events by the variable they write, in the order of the log. */
export class StateVariables {
  readonly #keys = new Map<number, number>();
  readonly #variables: StateVariable[] = [];
  readonly #list: (key: number) => PostingList;

  /** @param list the rows under a variable's key */
  constructor(list: (key: number) => PostingList, variables: readonly StateVariable[] = []) {
    this.#list = list;
    for (const { agent, variable } of variables) this.key(agent, variable);
  }

  /** Every variable that was ever written, in order of appearance. */
  get variables(): readonly StateVariable[] {
    return this.#variables;
  }

  /** Rows of the STATE events that write the variable; none where there is no such variable. */
  writesOf(agent: number, variable: number): PostingList {
    const key = this.#keys.get(agent * VARIABLES + variable);
    return key === undefined ? EMPTY_LIST : this.#list(key);
  }

  /** Its place among all; a new one where it was never written. */
  key(agent: number, variable: number): number {
    const joined = agent * VARIABLES + variable;
    const known = this.#keys.get(joined);
    if (known !== undefined) return known;
    this.#variables.push({ agent, variable });
    this.#keys.set(joined, this.#variables.length - 1);
    return this.#variables.length - 1;
  }

  get bytes(): number {
    return this.#variables.length * 64;
  }
}
