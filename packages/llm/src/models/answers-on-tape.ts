import { type BreakOff, type Coordinate, coordinateText } from "@llm-sim/events/tape/schema";
import type { Spent } from "../limits/index.ts";
import type { AskedRequest } from "./asked-request.ts";
import { TapeGroups } from "./tape-groups.ts";
import { missText } from "./tape-miss.ts";
import { readEntries, type TapedEntries, type TapedEntry } from "./taped-entries.ts";

export interface ReadAnswersOptions {
  /** Entries broken off so are taken for not there: a run that is resumed asks again what its budget or an interrupt kept it from. */
  without?: readonly BreakOff[] | undefined;
}

/** What was looked for on the tape and is not there. */
export interface TapeMiss {
  coordinate: Coordinate;
  /** One line: that the tape has no such call, or has another one there, and where the two differ first. */
  reason: string;
}

/** What was taken from the tape, and what it saved: what it took when a model was asked. */
export interface Reused extends Spent {
  calls: number;
}

interface Waiting {
  coordinate: Coordinate;
  request: AskedRequest;
  resolve: (found: Found | undefined) => void;
  found?: Found;
}

export interface Found {
  entry: TapedEntry;
  /** Where the tape has it. */
  coordinate: Coordinate;
}

/** So many misses are looked into, which reads the tape again. */
const EXPLAINED_MISSES = 20;

/**
 * The answers of a tape, by coordinate; that the request is the same, its hash says. Who asks at the same time is answered in the
 * order of the tape, one in each round of the event loop, so that whatever comes of one answer has come before the next one.
 */
export class AnswersOnTape {
  readonly file: string;
  readonly #entries: TapedEntries;
  readonly #groups: TapeGroups;
  readonly #taken = new Set<TapedEntry>();
  readonly #misses: TapeMiss[] = [];
  #reused: Reused = { calls: 0, tokens: 0, usd: 0 };
  #waiting: Waiting[] = [];

  private constructor(file: string, entries: TapedEntries) {
    this.file = file;
    this.#entries = entries;
    this.#groups = new TapeGroups(entries.byCoordinate, this.#taken);
  }

  /**
   * @param file a run's `tape.jsonl`, or a tape of another name
   * @throws PlayError where there is none, or it keeps no texts; TapeError where it cannot be read
   */
  static async read(file: string, { without = [] }: ReadAnswersOptions = {}): Promise<AnswersOnTape> {
    return new AnswersOnTape(file, await readEntries(file, without));
  }

  /** How many calls there are on it. */
  get size(): number {
    return this.#entries.byCoordinate.size;
  }

  /** What all that is on the tape has taken. */
  get spent(): Spent {
    return { ...this.#entries.spent };
  }

  get reused(): Reused {
    return { ...this.#reused };
  }

  /** Takes those of the turns up to this one, which are not played. @returns how many, and what they took */
  skip(lastTurn: number): Reused {
    const before = this.#reused;
    this.#reused = { calls: 0, tokens: 0, usd: 0 };
    for (const entry of this.#entries.byCoordinate.values()) {
      if (entry.coordinate.turn > lastTurn || this.#taken.has(entry)) continue;
      this.#taken.add(entry);
      this.#count(entry);
    }
    const skipped = this.#reused;
    this.#reused = {
      calls: before.calls + skipped.calls,
      tokens: before.tokens + skipped.tokens,
      usd: before.usd + skipped.usd,
    };
    return { ...skipped };
  }

  /** What was looked for in vain, in the order of asking. */
  get misses(): readonly TapeMiss[] {
    return this.#misses;
  }

  /** What is on the tape and was not asked for, in its order. */
  get unasked(): Coordinate[] {
    return [...this.#entries.byCoordinate.values()]
      .filter((entry) => !this.#taken.has(entry))
      .sort((one, other) => one.place - other.place)
      .map(({ coordinate }) => coordinate);
  }

  /** @internal What the tape has for an attempt, `undefined` where it has nothing that fits. Not before the next round of the event loop. */
  find(coordinate: Coordinate, request: AskedRequest): Promise<Found | undefined> {
    return new Promise((resolve) => {
      if (this.#waiting.push({ coordinate, request, resolve }) === 1) setImmediate(this.#answerOne);
    });
  }

  /** @internal The coordinate for an attempt that the tape does not have: none that is an entry's already. */
  coordinateOf(coordinate: Coordinate): Coordinate {
    return this.#groups.coordinateOf(coordinate);
  }

  /** @internal Notes that nothing was found, and says why. */
  async miss(coordinate: Coordinate, request: AskedRequest, isExplained: boolean): Promise<string> {
    const place = this.#misses.length;
    this.#misses.push({ coordinate, reason: `the tape has no ${coordinateText(coordinate)} that fits` });
    if (!isExplained || place >= EXPLAINED_MISSES) return this.#misses[place]?.reason ?? "";
    const reason = await missText(this.file, this.#entries, coordinate, request);
    this.#misses[place] = { coordinate, reason };
    return reason;
  }

  readonly #answerOne = () => {
    this.#look();
    // What the tape does not have waits for nothing.
    const missing = this.#waiting.filter(({ found }) => !found);
    const first = this.#waiting.reduce<Waiting | undefined>(
      (least, one) => (placeOf(one) < placeOf(least) ? one : least),
      undefined,
    );
    this.#waiting = this.#waiting.filter((one) => one.found && one !== first);
    if (this.#waiting.length > 0) setImmediate(this.#answerOne);
    for (const { resolve } of missing) resolve(undefined);
    if (!first?.found) return;
    this.#count(first.found.entry);
    first.resolve(first.found);
  };

  /** Looks for what came since the last round, each at its place first: what is taken by that, nobody else finds. */
  #look(): void {
    const fresh = this.#waiting.filter(({ found }) => !found);
    if (fresh.length === 0) return;
    this.#groups.open(this.#waiting.map(({ coordinate }) => coordinate));
    for (const one of fresh) one.found = this.#take(this.#groups.atPlace(one.coordinate, one.request.hash));
    for (const one of fresh) one.found ??= this.#take(this.#groups.among(one.coordinate, one.request.hash));
  }

  #take(found: Found | undefined): Found | undefined {
    if (found) this.#taken.add(found.entry);
    return found;
  }

  #count({ result: { usage, cost_usd = 0 } }: TapedEntry): void {
    this.#reused.calls++;
    this.#reused.tokens += (usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0);
    this.#reused.usd += cost_usd;
  }
}

function placeOf(one: Waiting | undefined): number {
  return one?.found?.entry.place ?? Infinity;
}
