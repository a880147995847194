/** Who did what when, for a person to read. */
export class History {
  readonly #rows: { at: number; who: string; what: string }[] = [];
  readonly #now: () => number;
  readonly #began: number;

  constructor(now: () => number) {
    this.#now = now;
    this.#began = now();
  }

  add(who: string, what: string): void {
    this.#rows.push({ at: this.#now() - this.#began, who, what });
  }

  /** A line each: milliseconds on the simulated clock, who, what; what is the same many times over stands once. */
  lines(): string[] {
    const lines: string[] = [];
    let times = 1;
    for (const [index, { at, who, what }] of this.#rows.entries()) {
      const next = this.#rows[index + 1];
      if (next?.who === who && next.what === what) {
        times++;
        continue;
      }
      lines.push(
        `${at.toFixed(2).padStart(12)}  ${who.padEnd(9)} ${what}${times > 1 ? `  (${times} times)` : ""}`,
      );
      times = 1;
    }
    return lines;
  }
}
