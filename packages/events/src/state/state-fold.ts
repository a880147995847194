import type { JsonValue } from "../schema/index.ts";
import { partHash, stateHash, type Variables } from "./state-hash.ts";

/** What of a STATE event changes the state; any `StateEvent` is one. Without `agent_id` it is the world's. */
export interface StateWrite {
  agent_id?: string | undefined;
  variable_name: string;
  new_value: JsonValue;
  change?: "added" | "removed" | undefined;
}

/** Flat: `{"global":{"interest_rate":0.02},"agents":{"alice":{"inventory.gold":3,"wealth":900}}}` */
export interface FoldedState {
  global: Record<string, JsonValue>;
  agents: Record<string, Record<string, JsonValue>>;
}

interface Part {
  variables: Map<string, JsonValue>;
  /** Kept until a name comes or goes. */
  sortedNames: string[] | undefined;
  /** Kept until a value changes. */
  hash: string | undefined;
}

/**
 * The state that a sequence of STATE events makes. `hash()` hashes only the parts that changed since it was last asked.
 *
 * @example
 * const state = new StateFold();
 * state.apply({ agent_id: "alice", variable_name: "wealth", new_value: 900, change: "added" });
 * state.hash(); // what turn_end carries as details.state_hash
 */
export class StateFold {
  readonly #agents = new Map<string, Part>();
  #world: Part = emptyPart();

  /** Starts from a state folded before, a checkpoint's for instance. */
  static from(state: FoldedState): StateFold {
    const fold = new StateFold();
    fold.#world = partOf(state.global);
    for (const [agentId, variables] of Object.entries(state.agents)) {
      const part = partOf(variables);
      if (part.variables.size > 0) fold.#agents.set(agentId, part);
    }
    return fold;
  }

  /** Sets the variable to `new_value`; with `change: "removed"` it is gone. Values are kept, not copied. */
  apply(write: StateWrite): void {
    const { agent_id: agentId, variable_name: name } = write;
    if (write.change === "removed") {
      this.#remove(agentId, name);
      return;
    }
    const part = this.#partFor(agentId);
    if (!part.variables.has(name)) part.sortedNames = undefined;
    part.variables.set(name, write.new_value);
    part.hash = undefined;
  }

  /** The value, or `undefined` where there is no such variable. */
  get(agentId: string | undefined, name: string): JsonValue | undefined {
    return (agentId === undefined ? this.#world : this.#agents.get(agentId))?.variables.get(name);
  }

  get global(): Variables {
    return this.#world.variables;
  }

  /** Ids of the agents that have variables, in the order of their first. */
  agentIds(): IterableIterator<string> {
    return this.#agents.keys();
  }

  /** An agent's variables, `undefined` where it has none. */
  agent(agentId: string): Variables | undefined {
    return this.#agents.get(agentId)?.variables;
  }

  /** See {@link stateHash} and {@link partHash}. */
  hash(): string {
    const hashes: string[] = [];
    if (this.#world.variables.size > 0) hashes.push(hashOf(undefined, this.#world));
    for (const [agentId, part] of this.#agents) hashes.push(hashOf(agentId, part));
    return stateHash(hashes);
  }

  toJSON(): FoldedState {
    return {
      // fromEntries defines members, so that a variable called `__proto__` is one like any other.
      global: Object.fromEntries(this.#world.variables),
      agents: Object.fromEntries(
        [...this.#agents].map(([agentId, part]) => [agentId, Object.fromEntries(part.variables)]),
      ),
    };
  }

  #partFor(agentId: string | undefined): Part {
    if (agentId === undefined) return this.#world;
    let part = this.#agents.get(agentId);
    if (!part) {
      part = emptyPart();
      this.#agents.set(agentId, part);
    }
    return part;
  }

  #remove(agentId: string | undefined, name: string): void {
    const part = agentId === undefined ? this.#world : this.#agents.get(agentId);
    if (!part?.variables.delete(name)) return;
    part.sortedNames = undefined;
    part.hash = undefined;
    if (agentId !== undefined && part.variables.size === 0) this.#agents.delete(agentId);
  }
}

function emptyPart(): Part {
  return { variables: new Map(), sortedNames: undefined, hash: undefined };
}

function partOf(variables: Record<string, JsonValue>): Part {
  return { ...emptyPart(), variables: new Map(Object.entries(variables)) };
}

function hashOf(agentId: string | undefined, part: Part): string {
  part.sortedNames ??= [...part.variables.keys()].toSorted();
  part.hash ??= partHash(agentId, part.variables, part.sortedNames);
  return part.hash;
}
