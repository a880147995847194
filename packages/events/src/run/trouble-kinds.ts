import type { Trouble } from "../schema/index.ts";

/** So many kinds are told apart; code that puts something new into every message would fill the memory. */
const MAX_KINDS = 1_000;
const NUMBER = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi;

type Kind = Trouble & { pattern: string };

/** All that a {@link TroubleKinds} holds, to go on from. */
export interface KeptKinds {
  others: number;
  kinds: Kind[];
}

/** Counts what went wrong by agent, kind and reason; numbers that differ from one time to the next do not tell reasons apart. */
export class TroubleKinds {
  readonly #kinds = new Map<string, Kind>();
  #others = 0;

  add(kind: Omit<Trouble, "reason" | "count">, reason: string): void {
    const pattern = reason.replaceAll(NUMBER, "…");
    const key = keyOf({ ...kind, pattern });
    const known = this.#kinds.get(key);
    if (known) {
      known.count++;
      if (known.reason !== reason) known.reason = pattern;
    } else if (this.#kinds.size < MAX_KINDS) this.#kinds.set(key, { ...kind, reason, count: 1, pattern });
    else this.#others++;
  }

  kept(): KeptKinds {
    return { others: this.#others, kinds: [...this.#kinds.values()].map((kind) => ({ ...kind })) };
  }

  goOn({ others, kinds }: KeptKinds): void {
    this.#others = others;
    for (const kind of kinds) this.#kinds.set(keyOf(kind), { ...kind });
  }

  /** Commonest first. */
  list(): Trouble[] {
    const kinds = [...this.#kinds.values()].map(({ pattern: _, ...trouble }) => trouble);
    kinds.sort((left, right) => right.count - left.count);
    if (this.#others > 0)
      kinds.push({ error_type: "others", reason: "reasons that are not told apart", count: this.#others });
    return kinds;
  }
}

function keyOf({ agent_id, action_type, error_type, pattern }: Omit<Kind, "reason" | "count">): string {
  return JSON.stringify([agent_id, action_type, error_type, pattern]);
}
