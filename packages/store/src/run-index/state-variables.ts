import { type PostingList, Postings } from "./postings.ts";

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
  readonly #writes: Postings;

  constructor(variables: readonly StateVariable[] = [], writes = new Postings()) {
    this.#writes = writes;
    for (const { agent, variable } of variables) this.#key(agent, variable);
  }

  add(agent: number, variable: number, row: number): void {
    this.#writes.add(this.#key(agent, variable), row);
  }

  /** Every variable that was ever written, in order of appearance. */
  get variables(): readonly StateVariable[] {
    return this.#variables;
  }

  /** Rows of the STATE events that write the variable; none where there is no such variable. */
  writesOf(agent: number, variable: number): PostingList {
    return this.#writes.list(this.#keys.get(agent * VARIABLES + variable) ?? this.#variables.length);
  }

  pack(): void {
    this.#writes.pack();
  }

  arrays(): { starts: Uint32Array; rows: Uint32Array } {
    return this.#writes.arrays();
  }

  get bytes(): number {
    return this.#writes.bytes + this.#variables.length * 64;
  }

  #key(agent: number, variable: number): number {
    const joined = agent * VARIABLES + variable;
    const known = this.#keys.get(joined);
    if (known !== undefined) return known;
    this.#variables.push({ agent, variable });
    this.#keys.set(joined, this.#variables.length - 1);
    return this.#variables.length - 1;
  }
}
