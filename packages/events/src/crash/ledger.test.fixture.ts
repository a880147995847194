interface Entry {
  number: number;
  session: number;
  text: string;
  kind: string;
  /** Milliseconds on the simulated clock. */
  at: number;
  /** It was flushed, or counted as written, or in the file when its process ended: it has to be read. */
  isPromised: boolean;
  /** It was flushed: where that forces it to the medium, also after a power loss. */
  isFlushed: boolean;
  isRead: boolean;
  /** Why it need not be read any more. */
  excuse: string | undefined;
}

const KIND = /"(?:event_type|line)":"([A-Za-z_]+)"/;
const ID = /"event_id":"([0-9A-Z]{26})"/g;
const SHOWN = 60;
const UNKNOWN = "nothing of the run was on the disk when its process ended";

/** Every line that was ever given to the writer, in order, and what was promised of it. */
export class Ledger {
  readonly #entries: Entry[] = [];
  readonly #byText = new Map<string, Entry>();
  readonly #byId = new Map<string, Entry>();
  readonly #now: () => number;
  readonly #began: number;
  readonly #what: string;
  /** A line of which the beginning was taken before all of it was given to the writer: the next one. */
  #begun: { beginning: string; why: string } | undefined;
  #session = 0;
  #dropped = 0;

  /** @param what its lines are called */
  constructor(now: () => number, what: "event" | "line of the tape") {
    this.#what = what;
    this.#now = now;
    this.#began = now();
  }

  /** A session begins. */
  session(): void {
    this.#session++;
  }

  emitted(text: string): void {
    const entry: Entry = {
      number: this.#entries.length + 1,
      session: this.#session,
      text,
      kind: KIND.exec(text)?.[1] ?? "?",
      at: this.#now() - this.#began,
      isPromised: false,
      isFlushed: false,
      isRead: false,
      excuse: this.#begun && text.startsWith(this.#begun.beginning) ? this.#begun.why : undefined,
    };
    this.#begun = undefined;
    this.#entries.push(entry);
    this.#byText.set(text, entry);
    const [, id = ""] = new RegExp(ID, "").exec(text) ?? [];
    this.#byId.set(id, entry);
  }

  /** Which events are in bytes, by their numbers; nothing where there are none. */
  named(bytes: Buffer): string {
    const numbers = [...bytes.toString("latin1").matchAll(ID)].flatMap(
      ([, id = ""]) => this.#byId.get(id)?.number ?? [],
    );
    if (numbers.length === 0) return "";
    return numbers.length === 1 ? ` (#${numbers[0]})` : ` (#${numbers[0]} to #${numbers.at(-1)})`;
  }

  nameOf(text: string): string {
    const entry = this.#byText.get(text);
    return entry ? this.#named(entry) : `a line that nobody emitted (${text.slice(0, 120)})`;
  }

  knows(text: string): boolean {
    return this.#byText.has(text);
  }

  /** All that was emitted until now. */
  mark(): number {
    return this.#entries.length;
  }

  /** What was emitted before has to be in the file from now on. */
  flushed(mark: number): void {
    for (const entry of this.#entries.slice(0, mark)) {
      if (entry.excuse !== undefined) continue;
      if (entry.session === this.#session) entry.isPromised = true;
      // What an earlier session left in the file is forced with it.
      entry.isFlushed = entry.isPromised;
    }
  }

  /** @returns the first of what was promised that is not among the lines */
  missingOf(lines: ReadonlySet<string>): string | undefined {
    const missing = this.#entries.find(
      ({ text, isPromised, excuse }) => isPromised && excuse === undefined && !lines.has(text),
    );
    return missing && this.#named(missing);
  }

  /** @returns the first event of this session that was emitted before then and is not among the lines */
  lateOf(lines: ReadonlySet<string>, since: number): string | undefined {
    const late = this.#entries.find(
      ({ text, at, session, excuse }) =>
        session === this.#session && at < since - this.#began && excuse === undefined && !lines.has(text),
    );
    return late && this.#named(late);
  }

  /** The process has ended with these lines in its file. */
  written(lines: readonly string[]): void {
    for (const line of lines) {
      const entry = this.#byText.get(line);
      if (entry && entry.excuse === undefined) entry.isPromised = true;
    }
  }

  /** The beginning of one line, the rest of which is on its way yet or not even in the queue; it is not written again. */
  excuseBeginning(beginning: string, why: string): void {
    const entry = this.#entries.find(
      ({ text, excuse, isPromised }) => excuse === undefined && !isPromised && text.startsWith(beginning),
    );
    if (entry) entry.excuse = why;
    else this.#begun = { beginning, why };
  }

  excuse(lines: readonly string[], why: string): void {
    for (const line of lines) {
      const entry = this.#byText.get(line);
      if (entry) entry.excuse ??= why;
    }
  }

  /** @param isForced whether what was flushed had to be on the medium */
  powerLost(lines: readonly string[], isForced: boolean): void {
    for (const line of lines) {
      const entry = this.#byText.get(line);
      if (entry && !(isForced && entry.isFlushed))
        entry.excuse ??= "it was not forced to the medium when the power was lost";
    }
  }

  /** Nothing of the run is anywhere. */
  forget(): void {
    for (const entry of this.#entries)
      if (!entry.isPromised || entry.excuse !== undefined) entry.excuse = UNKNOWN;
    this.#dropped = 0;
  }

  closed({ dropped }: { dropped: number }): void {
    this.#dropped = Math.max(this.#dropped, dropped);
  }

  /**
   * Holds what a reader found to what was emitted.
   *
   * @param isWhole whether what is missing is missing at the end alone, and nothing stands elsewhere than where it was written
   * @returns what is wrong
   */
  compare(lines: readonly string[], isWhole: boolean): string | undefined {
    let last: Entry | undefined;
    const read = new Set<Entry>();
    /** By session, the last that was read. */
    const lastOf = new Map<number, number>();
    for (const line of lines) {
      const entry = this.#byText.get(line);
      if (!entry) return `the log holds ${this.nameOf(line)}`;
      if (read.has(entry) && isWhole) return `${this.#named(entry)} is in the log twice`;
      if (last && entry.number < last.number && isWhole)
        return `${this.#named(entry)} stands behind ${this.#named(last)} in the log`;
      read.add(entry);
      last = entry;
      lastOf.set(entry.session, entry.number);
    }
    for (const entry of this.#entries) {
      entry.isRead = read.has(entry);
      if (entry.isRead || entry.excuse !== undefined) continue;
      const had = entry.isFlushed ? "was flushed" : "was in the file when its process died";
      if (entry.isPromised) return `${this.#named(entry)} ${had}, and is not read any more`;
      if (entry.number < (lastOf.get(entry.session) ?? 0) && isWhole)
        return `${this.#named(entry)} is missing in the log, and what was emitted behind it is there`;
      // Nothing brings it back: what was lost once must not come later.
      entry.excuse = "it was on its way when the process ended";
    }
    return undefined;
  }

  /** @returns what is missing that somebody has to be told of */
  get hasLost(): string | undefined {
    if (this.#dropped > 0) return `${this.#dropped} events were dropped`;
    const lost = this.#entries.find(
      ({ isRead, excuse }) => !isRead && excuse !== "cut off" && excuse !== UNKNOWN,
    );
    return lost && `${this.#named(lost)} is lost: ${lost.excuse}`;
  }

  #named({ number, session, kind }: Entry): string {
    const what = this.#what === "event" ? "" : `${this.#what} `;
    return `${what}#${number} (${kind} of session ${session})`;
  }

  /** What was emitted, what became of it, and what should have. */
  table(): string[] {
    const head = `${"event".padEnd(7)}${"session".padEnd(9)}${"emitted at".padEnd(13)}${"kind".padEnd(11)}${"bytes".padEnd(8)}${"read".padEnd(6)}should be`;
    const rows = this.#entries.map((entry) => {
      const { number, session, at, kind, text, isRead } = entry;
      const should = shouldBe(entry);
      return `${`#${number}`.padEnd(7)}${String(session).padEnd(9)}${at.toFixed(2).padEnd(13)}${kind.padEnd(11)}${String(Buffer.byteLength(text)).padEnd(8)}${(isRead ? "yes" : "no").padEnd(6)}${should}`;
    });
    const left = rows.length - SHOWN;
    return [head, ...(left > 0 ? [`… ${left} before`] : []), ...rows.slice(-SHOWN)];
  }
}

function shouldBe({ excuse, isFlushed, isPromised }: Entry): string {
  if (excuse !== undefined) return `need not: ${excuse}`;
  if (isFlushed) return "in the log: it was flushed";
  return isPromised ? "in the log: it was in the file" : "in the log, unless its process died first";
}
