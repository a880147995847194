import type { InteractionsAnswer } from "@llm-sim/api";

export interface Partner {
  /** `undefined` for those that have no place of their own. */
  agent: string | undefined;
  /** How often the agent acted with or on it, and it with or on the agent. */
  acted: number;
  received: number;
}

/** With whom an agent had to do, the most first. */
export function partnersOf({ agents, cells }: InteractionsAnswer, agent: string): Partner[] {
  const partners = new Map<string | undefined, Partner>();
  const nameOf = (at: number | string) => (typeof at === "number" ? agents[at] : undefined);
  const add = (other: string | undefined, acted: number, received: number) => {
    const known = partners.get(other) ?? { agent: other, acted: 0, received: 0 };
    partners.set(other, { ...known, acted: known.acted + acted, received: known.received + received });
  };
  for (const { from, to, count } of cells) {
    if (to === "nobody") continue;
    const [actor, partner] = [nameOf(from), nameOf(to)];
    if (actor === agent) add(partner, count, 0);
    else if (partner === agent) add(actor, 0, count);
  }
  return [...partners.values()].sort((a, b) => b.acted + b.received - (a.acted + a.received));
}
