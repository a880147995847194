import type { VariableId } from "./variable-name.ts";

interface Entry<Value> {
  id: VariableId;
  value: Value;
}

/**
 * Something for each variable, in the order in which they came. An agent's id may have dots and a variable's name has, so
 * that the two joined are no key.
 */
export class VariableMap<Value> {
  readonly #byAgent = new Map<string | undefined, Map<string, Entry<Value>>>();
  readonly #entries = new Set<Entry<Value>>();

  get size(): number {
    return this.#entries.size;
  }

  get(agentId: string | undefined, name: string): Value | undefined {
    return this.#byAgent.get(agentId)?.get(name)?.value;
  }

  has(agentId: string | undefined, name: string): boolean {
    return this.#byAgent.get(agentId)?.has(name) ?? false;
  }

  set(agentId: string | undefined, name: string, value: Value): void {
    const own = this.#byAgent.get(agentId) ?? new Map<string, Entry<Value>>();
    if (own.size === 0) this.#byAgent.set(agentId, own);
    const known = own.get(name);
    if (known !== undefined) {
      known.value = value;
      return;
    }
    const entry = { id: { agent_id: agentId, variable_name: name }, value };
    own.set(name, entry);
    this.#entries.add(entry);
  }

  delete(agentId: string | undefined, name: string): void {
    const own = this.#byAgent.get(agentId);
    const entry = own?.get(name);
    if (entry === undefined) return;
    own?.delete(name);
    this.#entries.delete(entry);
  }

  *[Symbol.iterator](): Generator<readonly [VariableId, Value], void, undefined> {
    for (const { id, value } of this.#entries) yield [id, value];
  }
}
