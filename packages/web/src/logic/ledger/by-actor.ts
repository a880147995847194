import type { Ledger } from "@llm-sim/api";

/** Who or what changed a number: an agent with all that it did, or a rule. */
export interface Actor {
  name: string;
  /** Absent of a rule, and of what is left. */
  agent?: string;
  /** What it came to, and in each stretch of the ledger. */
  amount: number;
  amounts: number[];
}

/** Actors that stand for themselves in a picture. */
const MOST = 6;

/** A ledger by actor, the largest first; the smallest of many together. */
export function byActor({ entries, stretches = [] }: Ledger, most = MOST): Actor[] {
  const actors = new Map<string, Actor>();
  for (const [at, { agent_id: agent, label, amount }] of entries.entries()) {
    const key = JSON.stringify(agent === undefined ? [label] : [agent, "agent"]);
    const known = actors.get(key) ?? {
      name: agent ?? label,
      ...(agent !== undefined && { agent }),
      amount: 0,
      amounts: stretches.map(() => 0),
    };
    actors.set(key, known);
    known.amount += Number(amount);
    for (const [place, stretch] of stretches.entries())
      known.amounts[place] = (known.amounts[place] ?? 0) + Number(stretch.amounts[at] ?? 0);
  }
  const sorted = [...actors.values()].sort((a, b) => sizeOf(b) - sizeOf(a));
  if (sorted.length <= most) return sorted;
  const others = sorted.slice(most - 1);
  return [
    ...sorted.slice(0, most - 1),
    {
      name: `${others.length} others`,
      amount: others.reduce((sum, { amount }) => sum + amount, 0),
      amounts: stretches.map((_, place) =>
        others.reduce((sum, { amounts }) => sum + (amounts[place] ?? 0), 0),
      ),
    },
  ];
}

/** What it moved in all: what came and went again counts as well. */
function sizeOf({ amounts, amount }: Actor): number {
  return Math.max(
    Math.abs(amount),
    amounts.reduce((sum, one) => sum + Math.abs(one), 0),
  );
}
