import { Uint32List } from "./growable.ts";

/** A line that is no valid event, or one whose event was served before. `line` counts from 1; `offset` is in bytes of the uncompressed segment. */
export interface SkippedLine {
  file: string;
  line: number;
  offset: number;
  reason: string;
}

/** Why a line is skipped whose event has an id that was seen before: nothing is lost by it. */
export const REPEATED = "repeated";

export interface SavedSkippedLines {
  count: number;
  first: SkippedLine[];
  /** Base64 of 32-bit words. */
  stretches: string;
}

/** Unreadable lines that stand one behind the other: what they held is not known. */
export interface UnreadableStretch {
  /** The segment's number in the order in which they were taken in. */
  segment: number;
  /** How many events of the log stand before them. */
  row: number;
  lines: number;
  /** How many of them may each have been an event: zeros may stand before one that was read. */
  events: number;
}

/** So many are described; of the rest it is kept where they stand. */
const DESCRIBED = 1000;
const STRETCH_WORDS = 4;
/** As the reader says it. */
const ZEROS = /^\d+ zero bytes?$/;

/** Lines that were passed over. */
export class SkippedLines {
  count: number;
  readonly first: SkippedLine[];
  /** `segment`, `row`, `lines` and `events` of each stretch: a log of which every other line is damaged takes 16 bytes for each. */
  readonly #stretches: Uint32List;

  constructor(saved: SavedSkippedLines = { count: 0, first: [], stretches: "" }) {
    this.count = saved.count;
    this.first = [...saved.first];
    this.#stretches = new Uint32List(
      new Uint32Array(Uint8Array.from(Buffer.from(saved.stretches, "base64")).buffer),
    );
  }

  add(line: SkippedLine, segment: number, row: number): void {
    this.count++;
    if (this.first.length < DESCRIBED) this.first.push(line);
    if (line.reason === REPEATED) return;
    this.#extend({ segment, row, lines: 1, events: ZEROS.test(line.reason) ? 0 : 1 });
  }

  /**
   * Adds those of a stretch of the log that was scanned by itself.
   *
   * @param row of its first event, from which its rows count
   * @param lineOf what the number of a line is in its segment
   */
  addBehind(scanned: SkippedLines, row: number, lineOf: (line: SkippedLine) => number): void {
    this.count += scanned.count;
    for (const line of scanned.first) {
      if (this.first.length === DESCRIBED) break;
      this.first.push({ ...line, line: lineOf(line) });
    }
    for (const stretch of scanned.unreadable()) this.#extend({ ...stretch, row: stretch.row + row });
  }

  #extend({ segment, row, lines, events }: UnreadableStretch): void {
    const { values, length } = this.#stretches;
    const last = length - STRETCH_WORDS;
    if (length > 0 && values[last] === segment && values[last + 1] === row) {
      values[last + 2] = (values[last + 2] ?? 0) + lines;
      values[last + 3] = (values[last + 3] ?? 0) + events;
      return;
    }
    for (const word of [segment, row, lines, events]) this.#stretches.push(word);
  }

  /** Where the unreadable lines stand, in the order of the log; those that are only repeated are none. */
  *unreadable(): Generator<UnreadableStretch> {
    for (let at = 0; at < this.#stretches.length; at += STRETCH_WORDS) {
      const { values } = this.#stretches;
      const [segment = 0, row = 0, lines = 0, events = 0] = values.subarray(at, at + STRETCH_WORDS);
      yield { segment, row, lines, events };
    }
  }

  save(): SavedSkippedLines {
    const { buffer, byteOffset, byteLength } = this.#stretches.view();
    const stretches = Buffer.from(buffer, byteOffset, byteLength).toString("base64");
    return { count: this.count, first: [...this.first], stretches };
  }
}
