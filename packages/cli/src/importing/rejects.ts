/** How many are named. */
const NAMED = 100;

export interface Reject {
  /** Of the source's file. */
  line: number;
  reason: string;
}

/** The lines that could not be used: all are counted, the first are named. */
export class Rejects {
  readonly first: Reject[] = [];
  count = 0;

  add(line: number, reason: string): void {
    this.count++;
    if (this.first.length < NAMED) this.first.push({ line, reason });
  }

  copy(): Rejects {
    const copy = new Rejects();
    copy.count = this.count;
    copy.first.push(...this.first);
    return copy;
  }

  /** @param from how many of the other's are left out */
  addAll(other: Rejects, from: number): void {
    this.count += other.count - from;
    this.first.push(...other.first.slice(from, from + NAMED - this.first.length));
  }
}
