const OPENS = 0x5b; // [
const CLOSES = 0x5d; // ]
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** So many digits make a whole number that a double holds exactly, and powers of ten up to 22 are exact: their quotient is rounded once. */
const EXACT_DIGITS = 15;
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

/**
 * Reads points as summary.json has them, `[0,500],[1,480.5]]`, into two lists of numbers. By hand, as JSON.parse makes a list of each
 * point: of a thousand runs of two hundred turns two million, which took longer than the rest of the answer.
 */
export class PointScanner {
  #turns = new Float64Array(4096);
  #values = new Float64Array(4096);
  #count = 0;
  /** Behind the number that was read last. */
  #at = 0;

  get count(): number {
    return this.#count;
  }

  /**
   * Takes the points that begin at `from`, to the bracket that closes their list.
   *
   * @returns whether they are turns and numbers, to the end of the text; if not, none is taken
   */
  scan(text: string, from: number, to: number): boolean {
    const before = this.#count;
    this.#at = from;
    for (;;) {
      if (text.charCodeAt(this.#at++) !== OPENS) break;
      const turn = this.#number(text);
      if (text.charCodeAt(this.#at++) !== COMMA) break;
      const value = this.#number(text);
      if (Number.isNaN(turn) || Number.isNaN(value) || text.charCodeAt(this.#at++) !== CLOSES) break;
      this.#take(turn, value);
      const next = text.charCodeAt(this.#at++);
      if (next === COMMA) continue;
      if (next === CLOSES && this.#at === to) return true;
      break;
    }
    this.#count = before;
    return false;
  }

  /** All that was taken since the last time. */
  taken(): { turns: Float64Array; values: Float64Array } {
    const taken = {
      turns: this.#turns.slice(0, this.#count),
      values: this.#values.slice(0, this.#count),
    };
    this.#count = 0;
    return taken;
  }

  /** NaN where there is none. */
  #number(text: string): number {
    const start = this.#at;
    let at = start;
    let code = text.charCodeAt(at);
    const isNegative = code === MINUS;
    if (isNegative) code = text.charCodeAt(++at);
    let whole = 0;
    let digits = 0;
    let behind = 0;
    let isBehind = false;
    for (; ; code = text.charCodeAt(++at)) {
      if (code >= ZERO && code <= NINE) {
        whole = whole * 10 + (code - ZERO);
        digits++;
        if (isBehind) behind++;
      } else if (code === DOT && !isBehind) isBehind = true;
      else break;
    }
    this.#at = at;
    const isPlain = code === COMMA || code === CLOSES;
    if (isPlain && digits > 0 && digits <= EXACT_DIGITS) {
      const value = behind === 0 ? whole : whole / (POWERS[behind] ?? 1);
      return isNegative ? -value : value;
    }
    return this.#rarer(text, start);
  }

  /** With an exponent, or of more digits. */
  #rarer(text: string, start: number): number {
    const [number = ""] = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(text.slice(start, start + 40)) ?? [];
    this.#at = start + number.length;
    return number === "" ? Number.NaN : Number(number);
  }

  #take(turn: number, value: number): void {
    if (this.#count === this.#turns.length) {
      this.#turns = grown(this.#turns);
      this.#values = grown(this.#values);
    }
    this.#turns[this.#count] = turn;
    this.#values[this.#count] = value;
    this.#count++;
  }
}

function grown(list: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * list.length);
  larger.set(list);
  return larger;
}
