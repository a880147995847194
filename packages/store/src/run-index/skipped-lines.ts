/** A line that is no valid event. `line` counts from 1; `offset` is in bytes of the uncompressed segment. */
export interface SkippedLine {
  file: string;
  line: number;
  offset: number;
  reason: string;
}

/** So many are described; the rest are counted. */
const DESCRIBED = 1000;

/** Lines that were passed over. */
export class SkippedLines {
  count: number;
  readonly first: SkippedLine[];

  constructor(count = 0, first: readonly SkippedLine[] = []) {
    this.count = count;
    this.first = [...first];
  }

  add(line: SkippedLine): void {
    this.count++;
    if (this.first.length < DESCRIBED) this.first.push(line);
  }
}
