import type { Ledger, LedgerEntry } from "@llm-sim/api";
import type { Pace } from "../../pace/index.ts";
import type { RunIndex } from "../../run-index/index.ts";
import { compareSizes, type Decimal, decimal, minus, plus, signed, ZERO } from "./decimal.ts";
import { Repetitions } from "./repetition.ts";
import { Stretches } from "./stretches.ts";
import type { Write } from "./writes.ts";

const MAX_ENTRIES = 100;
const UNRECORDED = "changes the log does not have";

/**
 * What a number's way from the first of the writes to the last is made of, by cause. In exact decimals: the entries add up
 * to the difference of the two values to the last digit.
 *
 * @param stretches the same over turns, too, in at most so many stretches
 * @returns `undefined` where the last value is no number
 */
export async function ledgerOf(
  index: RunIndex,
  writes: readonly Write[],
  stretches: { most: number; from: number; to: number } | undefined,
  pace: Pace,
): Promise<Ledger | undefined> {
  const last = writes.at(-1);
  if (last === undefined || typeof last.new_value !== "number") return undefined;
  // What went before a value that is no number has no part in the sum.
  const first = writes.findLastIndex(({ new_value }) => typeof new_value !== "number") + 1;
  const [base, ...changes] = writes.slice(first);
  if (base === undefined || typeof base.new_value !== "number") return undefined;

  const over = stretches && new Stretches<Entry>(stretches);
  const entries = new Map<string, Entry>();
  const entry = (write: Write, label: string): Entry => {
    // A label alone is no key: an agent's id may hold " by ", but no line break.
    const isRecorded = label !== UNRECORDED;
    const { event_type, agent_id = "" } = write.cause;
    const key = isRecorded ? `${event_type}\n${agent_id}\n${label}` : label;
    let known = entries.get(key);
    if (known === undefined) {
      known = new Entry(label, isRecorded ? write : undefined);
      entries.set(key, known);
    }
    return known;
  };
  // The latest first, so that an entry names its latest events.
  for (let at = changes.length - 1; at >= 0; at--) {
    const write = changes[at];
    const before = (at === 0 ? base : changes[at - 1])?.new_value;
    if (pace.isDue) await pace.yieldIfDue();
    if (write === undefined || typeof write.new_value !== "number" || typeof before !== "number") continue;
    const old = typeof write.old_value === "number" ? write.old_value : before;
    const add = (one: Entry, amount: Decimal): void => {
      one.add(index, write, amount);
      over?.add(one, write, amount);
    };
    add(entry(write, write.cause.label), minus(decimal(write.new_value), decimal(old)));
    if (old !== before) add(entry(write, UNRECORDED), minus(decimal(old), decimal(before)));
  }
  const all = sorted([...entries.values()]);
  return {
    from: { value: base.new_value, turn: base.turn, event_id: index.idOf(base.row) },
    to: { value: last.new_value, turn: last.turn, event_id: index.idOf(last.row) },
    change: signed(minus(decimal(last.new_value), decimal(base.new_value))),
    entries: entriesOf(all),
    ...(over !== undefined && { stretches: over.results(all, MAX_ENTRIES) }),
  };
}

class Entry {
  readonly label: string;
  readonly cause: Write["cause"] | undefined;
  readonly #repetitions = new Repetitions();
  sum: Decimal = ZERO;

  constructor(label: string, write: Write | undefined) {
    this.label = label;
    this.cause = write?.cause;
  }

  add(index: RunIndex, { row, turn }: Write, amount: Decimal): void {
    this.#repetitions.add(turn, () => index.idOf(row));
    this.sum = plus(this.sum, amount);
  }

  result(): LedgerEntry {
    const { cause } = this;
    return {
      label: this.label,
      ...(cause?.event_type === undefined ? {} : { event_type: cause.event_type }),
      ...(cause?.agent_id === undefined ? {} : { agent_id: cause.agent_id }),
      amount: signed(this.sum),
      ...this.#repetitions.result(),
    };
  }
}

/** The largest first. */
function sorted(entries: readonly Entry[]): Entry[] {
  return entries.toSorted(
    (a, b) => compareSizes(b.sum, a.sum) || (a.label < b.label ? -1 : a.label > b.label ? 1 : 0),
  );
}

/** The smallest of very many together, so that the sum stays whole. */
function entriesOf(entries: readonly Entry[]): LedgerEntry[] {
  if (entries.length <= MAX_ENTRIES) return entries.map((entry) => entry.result());
  const kept = entries.slice(0, MAX_ENTRIES - 1).map((entry) => entry.result());
  const others = entries.slice(MAX_ENTRIES - 1);
  const results = others.map((entry) => entry.result());
  const sum = others.reduce((total, entry) => plus(total, entry.sum), ZERO);
  return [
    ...kept,
    {
      label: `${others.length} other causes`,
      amount: signed(sum),
      count: results.reduce((count, result) => count + result.count, 0),
      event_ids: results.flatMap(({ event_ids }) => event_ids).slice(0, 20),
      turn_start: Math.min(...results.map(({ turn_start }) => turn_start)),
      turn_end: Math.max(...results.map(({ turn_end }) => turn_end)),
      every_turn: false,
    },
  ];
}
