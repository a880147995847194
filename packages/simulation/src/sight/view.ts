import { isPlainObject, type PlainObject } from "../world/index.ts";
import { ANY, type Grant } from "./grant.ts";
import type { Noise } from "./noise.ts";

/** A grant on its way down the state: so many of its steps are taken. */
interface Reach {
  grant: Grant;
  taken: number;
}

/** What of a node of the state may be seen. */
export class NodeView {
  /** The node, and all that is in it. */
  readonly isWhole: boolean;
  /** Nothing of it, nor of what is in it. */
  readonly isBlind: boolean;
  /** Of a variable that stands here. */
  readonly noise: Noise | undefined;
  /** Here, or further down. */
  readonly hasNoise: boolean;
  /** Some members may be seen whatever they are called. */
  readonly isOpen: boolean;
  /** Members that may be seen and are called by their names. */
  readonly named: readonly string[];
  readonly #reaches: readonly Reach[];
  readonly #children = new Map<string, NodeView>();
  #anyChild: NodeView | undefined;
  readonly #seen = new WeakMap<object, PlainObject | null>();

  /** @param reaches by rank: of several that reach a variable, the noise of the first counts, or that it has none */
  constructor(reaches: readonly Reach[]) {
    this.#reaches = reaches;
    const complete = reaches.filter(({ grant, taken }) => taken === grant.steps.length);
    this.isWhole = complete.length > 0;
    this.isBlind = reaches.length === 0;
    this.noise = complete[0]?.grant.noise;
    this.hasNoise = reaches.some(({ grant }) => grant.noise !== undefined);
    const next = reaches.flatMap(({ grant, taken }) => grant.steps.slice(taken, taken + 1));
    this.isOpen = this.isWhole || next.includes(ANY);
    this.named = [...new Set(next.filter((step) => typeof step === "string"))];
  }

  /** Of a part of the state, for these grants. */
  static of(grants: readonly Grant[]): NodeView {
    return new NodeView(grants.toSorted(byRank).map((grant) => ({ grant, taken: 0 })));
  }

  /** All of it as it is: nothing is hidden, nothing blurred. */
  get isClear(): boolean {
    return this.isWhole && !this.hasNoise;
  }

  child(key: string): NodeView {
    if (!this.named.includes(key)) {
      this.#anyChild ??= this.#below(ANY);
      return this.#anyChild;
    }
    let child = this.#children.get(key);
    if (!child) {
      child = this.#below(key);
      this.#children.set(key, child);
    }
    return child;
  }

  #below(key: string | typeof ANY): NodeView {
    return new NodeView(
      this.#reaches.flatMap(({ grant, taken }) => {
        if (taken === grant.steps.length) return [{ grant, taken }];
        const step = grant.steps[taken];
        return step === ANY || step === key ? [{ grant, taken: taken + 1 }] : [];
      }),
    );
  }

  /** What is seen of a node, values as they are; `undefined` where nothing is. */
  seen(node: PlainObject): PlainObject | undefined {
    if (this.isWhole) return node;
    let seen = this.#seen.get(node);
    if (seen === undefined) {
      seen = this.#look(node) ?? null;
      this.#seen.set(node, seen);
    }
    return seen ?? undefined;
  }

  #look(node: PlainObject): PlainObject | undefined {
    let seen: Record<string, unknown> | undefined;
    for (const key of this.isOpen ? Object.keys(node) : this.named) {
      if (!Object.hasOwn(node, key)) continue;
      const member = node[key];
      const child = this.child(key);
      const shown = isPlainObject(member) ? child.seen(member) : child.isWhole ? member : undefined;
      if (shown === undefined) continue;
      seen ??= {};
      seen[key] = shown;
    }
    return seen && Object.freeze(seen);
  }

  /** What is seen of a node as it is, without what noise would blur. */
  clearly(node: PlainObject): PlainObject {
    if (this.isClear) return node;
    const seen: Record<string, unknown> = {};
    for (const [key, member] of Object.entries(this.seen(node) ?? {})) {
      const child = this.child(key);
      if (isPlainObject(member)) seen[key] = child.clearly(member);
      else if (!child.noise) seen[key] = member;
    }
    return seen;
  }
}

const RANK: Record<Grant["whose"]["of"], number> = { self: 0, world: 0, agent: 1, anyone: 2 };

/** First the nearer to the agent, then the one that says more of the name. */
function byRank(left: Grant, right: Grant): number {
  const named = ({ steps }: Grant) => steps.filter((step) => step !== ANY).length;
  return (
    RANK[left.whose.of] - RANK[right.whose.of] ||
    right.steps.length - left.steps.length ||
    named(right) - named(left)
  );
}
