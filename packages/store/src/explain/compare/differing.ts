import type { TurnDistance } from "@llm-sim/api";
import { isSameJson } from "@llm-sim/events/state";
import { differenceOf, relativeDistance, type Value } from "./apart.ts";

/** Variables and agents named for each turn. */
const MAX_NAMED = 50;

interface Apart {
  agent: string;
  variable: string;
  /** |left - right|, 0 where one is no number. */
  distance: number;
  relative: number;
}

type Sum = TurnDistance["variables"][string];

/** The variables that differ between two runs at a moment, by numbers that stand for them in both. */
export class Differing {
  readonly #apart = new Map<number, Apart>();
  readonly #known = new Set<number>();

  get size(): number {
    return this.#apart.size;
  }

  /** That either run has the variable now. */
  knows(variable: number): void {
    this.#known.add(variable);
  }

  /** @param name of the variable, and its agent's: empty of the world's */
  set(variable: number, name: () => { agent: string; variable: string }, left: Value, right: Value): void {
    if (isSameJson(left, right)) this.#apart.delete(variable);
    else {
      const distance = Math.abs(differenceOf(left, right) ?? 0);
      this.#apart.set(variable, { ...name(), distance, relative: relativeDistance(left, right) });
    }
  }

  distance(turn: number): TurnDistance {
    const all = { differing: 0, distance: 0 };
    const variables = new Map<string, Sum>();
    const agents = new Map<string, Sum>();
    let relatives = 0;
    for (const { agent, variable, distance, relative } of this.#apart.values()) {
      relatives += relative;
      for (const sum of [all, sumIn(variables, variable), sumIn(agents, agent)]) {
        sum.differing++;
        sum.distance = Math.min(Number.MAX_VALUE, sum.distance + distance); // JSON has no infinity
      }
    }
    const known = this.#known.size;
    const part = (of: number) => (known === 0 ? 0 : Math.min(1, of / known));
    return {
      turn,
      ...all,
      known,
      share: part(all.differing),
      normalised: part(relatives),
      variables: foremost(variables),
      agents: foremost(agents),
    };
  }
}

function sumIn(sums: Map<string, Sum>, name: string): Sum {
  const sum = sums.get(name) ?? { differing: 0, distance: 0 };
  sums.set(name, sum);
  return sum;
}

function foremost(sums: ReadonlyMap<string, Sum>): Record<string, Sum> {
  const sorted = [...sums].sort(
    ([aName, a], [bName, b]) =>
      b.differing - a.differing || b.distance - a.distance || (aName < bName ? -1 : 1),
  );
  return Object.fromEntries(sorted.slice(0, MAX_NAMED));
}
