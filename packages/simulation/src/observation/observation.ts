import { isStructure, LookHandler, look } from "./look.ts";
import type { Reads } from "./reads.ts";

/**
 * What the engine put together for an agent, as the agent gets it: read-only, and with each read noted. Pieces of the
 * state note reads by themselves; values that were copied out of it count together, as soon as one of them is read.
 */
export function observationOf<O>(shown: O, reads: Reads): O {
  return isStructure(shown) ? look(new ShownHandler(shown, reads)) : shown;
}

class ShownHandler<T extends object> extends LookHandler<T> {
  readonly #reads: Reads;

  constructor(value: T, reads: Reads) {
    super(value);
    this.#reads = reads;
  }

  protected override read(key: string): unknown {
    const member: unknown = Reflect.get(this.value, key);
    if (isStructure(member)) return this.kept(member, () => new ShownHandler(member, this.#reads));
    this.#reads.addShown();
    return member;
  }

  protected override seeKey(): void {
    this.#reads.addShown();
  }

  protected override seeKeys(): void {
    this.#reads.addShown();
  }
}
