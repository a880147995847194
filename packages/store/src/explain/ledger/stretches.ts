import type { LedgerStretch } from "@llm-sim/api";
import { type Decimal, plus, signed, ZERO } from "./decimal.ts";
import type { Write } from "./writes.ts";

interface Stretch<Entry> {
  turnOfValue: number;
  rowOfValue: number;
  value: number;
  amounts: Map<Entry, Decimal>;
}

/** A ledger over turns: what each entry brought in which of them. */
export class Stretches<Entry> {
  readonly #from: number;
  readonly #last: number;
  readonly #width: number;
  readonly #stretches = new Map<number, Stretch<Entry>>();

  /** @param span from: the turn at whose end the ledger begins */
  constructor({ most, from, to }: { most: number; from: number; to: number }) {
    this.#from = from;
    this.#last = to;
    this.#width = Math.max(1, Math.ceil((to - from) / most));
  }

  /** In any order. */
  add(entry: Entry, { turn, row, new_value }: Write, amount: Decimal): void {
    const place = Math.max(0, Math.floor((turn - this.#from - 1) / this.#width));
    const known = this.#stretches.get(place);
    const value = typeof new_value === "number" ? new_value : 0;
    const stretch = known ?? { turnOfValue: turn, rowOfValue: row, value, amounts: new Map() };
    if (known === undefined) this.#stretches.set(place, stretch);
    if (turn > stretch.turnOfValue || (turn === stretch.turnOfValue && row >= stretch.rowOfValue))
      Object.assign(stretch, { turnOfValue: turn, rowOfValue: row, value });
    stretch.amounts.set(entry, plus(stretch.amounts.get(entry) ?? ZERO, amount));
  }

  /** @param most entries; the last of them stands for the rest where there are more */
  results(entries: readonly Entry[], most: number): LedgerStretch[] {
    return [...this.#stretches]
      .sort(([a], [b]) => a - b)
      .map(([place, { value, amounts }]) => {
        const of = (entry: Entry) => amounts.get(entry) ?? ZERO;
        const kept = entries.length <= most ? entries : entries.slice(0, most - 1);
        const others = entries.slice(kept.length);
        const start = this.#from + 1 + place * this.#width;
        return {
          turn_start: start,
          turn_end: Math.min(this.#last, start + this.#width - 1),
          value,
          amounts: [
            ...kept.map((entry) => signed(of(entry))),
            ...(others.length > 0 ? [signed(others.map(of).reduce(plus, ZERO))] : []),
          ],
        };
      });
  }
}
