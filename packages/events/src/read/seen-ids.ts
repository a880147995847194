import { EventIds } from "../line/index.ts";

/**
 * Which ids were read before. While they ascend the last one tells; the table of them is made, by reading the run once
 * more, where one does not.
 */
export class SeenIds {
  readonly #readAgain: () => AsyncIterable<string>;
  #last: string;
  #count: number;
  #table: EventIds | undefined;

  /**
   * @param readAgain the ids of all lines of the run from its start
   * @param before what was read already, by another: the highest id, and how many lines had one
   */
  constructor(readAgain: () => AsyncIterable<string>, before = { last: "", count: 0 }) {
    this.#readAgain = readAgain;
    this.#last = before.last;
    this.#count = before.count;
  }

  /** @returns whether the id is new because it is above all others; else `add` tells */
  addAscending(id: string): boolean {
    if (this.#table !== undefined || id <= this.#last) return false;
    this.#last = id;
    this.#count++;
    return true;
  }

  /** @returns whether the id was not there yet */
  async add(id: string): Promise<boolean> {
    if (this.#table === undefined) {
      this.#table = new EventIds();
      let left = this.#count;
      for await (const before of this.#readAgain()) {
        if (left-- === 0) break;
        this.#table.add(before);
      }
    }
    return this.#table.add(id);
  }
}
