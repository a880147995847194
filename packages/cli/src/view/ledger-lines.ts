import type { Ledger, LedgerEntry } from "@llm-sim/api";
import { listText } from "@llm-sim/events/words";
import { compareAmounts, sumOf } from "@llm-sim/store/explain";
import { below, type Line, text } from "./line.ts";

/** So many agents who did the same are told of together where there is not room for each. */
const MANY_AGENTS = 10;

/** An entry, or several of them told of together. */
interface Row {
  label: string;
  /** With its sign. */
  amount: string;
  times: string;
}

/**
 * What a number is made of, a line an entry. Where that is too many, first what many agents did in the same way is told of
 * together, then what is smallest.
 *
 * @param most entries, two or more
 * @param owner whose number it is: what he did himself is told of apart
 */
export function ledgerLines(
  { from, to, change, entries }: Ledger,
  most: number,
  owner: string | undefined,
): Line[] {
  const rows = [
    ...rowsOf(entries, most, owner).map(({ label, amount, times }) => ({
      amount,
      what: `${label}${times}`,
    })),
    { amount: change, what: "together" },
  ];
  const width = Math.max(...rows.map(({ amount }) => amount.length));
  return [
    text(`From ${from.value} (turn ${from.turn}) to ${to.value} (turn ${to.turn}):`),
    ...rows.map(({ amount, what }) => below(`${amount.padStart(width)}  ${what}`)),
  ];
}

function rowsOf(entries: readonly LedgerEntry[], most: number, owner: string | undefined): Row[] {
  if (entries.length <= most) return entries.map((entry) => rowOf(entry.label, [entry]));
  const alike = new Map<string, LedgerEntry[]>();
  for (const entry of entries) {
    const key = entry.agent_id === owner ? entry.label : deedOf(entry);
    alike.set(key, [...(alike.get(key) ?? []), entry]);
  }
  const rows = [...alike].flatMap(([deed, same]) => {
    const agents = same.flatMap(({ agent_id }) => agent_id ?? []);
    if (agents.length < MANY_AGENTS) return same.map((entry) => rowOf(entry.label, [entry]));
    return [rowOf(`${deed} by ${listText(agents)}`, same)];
  });
  rows.sort((a, b) => compareAmounts(b.amount, a.amount));
  if (rows.length <= most) return rows;
  const kept = rows.slice(0, most - 1);
  const others = rows.slice(most - 1);
  const sum = sumOf(others.map(({ amount }) => amount));
  return [...kept, { label: `${others.length} other causes`, amount: sum, times: "" }];
}

/** What was done, whoever did it. */
function deedOf({ label, agent_id }: LedgerEntry): string {
  const by = ` by ${agent_id}`;
  return agent_id !== undefined && label.endsWith(by) ? label.slice(0, -by.length) : label;
}

function rowOf(label: string, entries: readonly LedgerEntry[]): Row {
  const [only, ...others] = entries;
  const amount = sumOf(entries.map((entry) => entry.amount));
  if (only !== undefined && others.length === 0) return { label, amount, times: timesText(only) };
  return {
    label,
    amount,
    times: timesText({
      count: entries.reduce((sum, { count }) => sum + count, 0),
      turn_start: Math.min(...entries.map(({ turn_start }) => turn_start)),
      turn_end: Math.max(...entries.map(({ turn_end }) => turn_end)),
      every_turn: false,
    }),
  };
}

type Times = Pick<LedgerEntry, "count" | "turn_start" | "turn_end" | "every_turn">;

function timesText({ count, turn_start, turn_end, every_turn }: Times): string {
  if (turn_start === turn_end) return `, ${count === 1 ? "" : `${count} times `}in turn ${turn_end}`;
  if (every_turn && count === turn_end - turn_start + 1)
    return `, ${count} turns in a row (${turn_start} to ${turn_end})`;
  return `, ${count} times in turns ${turn_start} to ${turn_end}`;
}
