import type { Output } from "../context/index.ts";
import { fit } from "./width.ts";

/** Drawn at most so often, in milliseconds: faster than the eye follows only costs time. */
const INTERVAL = 100;

/** Lines at the bottom of a terminal that are drawn over and over; nothing where there is no terminal. */
export class LiveLines {
  readonly #output: Output;
  #drawn = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Draws what `lines` makes, unless something was drawn a moment ago. Lines are cut before they would wrap. */
  draw(lines: (cells: number) => readonly string[]): void {
    if (!this.#output.isTerminal) return;
    const now = performance.now();
    if (now - this.#drawnAt < INTERVAL) return;
    this.#drawnAt = now;
    const cells = this.#output.columns - 1;
    const drawn = lines(cells).map((line) => fit(line, cells));
    this.#write(`${this.#erased()}${drawn.join("\n")}`);
    this.#drawn = drawn.length;
  }

  /** Takes the lines away, so that something else can be printed; the next draw is not held back. */
  clear(): void {
    if (this.#drawn > 0) this.#write(this.#erased());
    this.#drawn = 0;
    this.#drawnAt = Number.NEGATIVE_INFINITY;
  }

  /** Back to the beginning of the first line, and everything from there gone. */
  #erased(): string {
    if (this.#drawn === 0) return "";
    return `\r${this.#drawn > 1 ? `\u001b[${this.#drawn - 1}A` : ""}\u001b[J`;
  }

  #write(text: string): void {
    // Progress is not worth waiting for, nor worth failing for.
    this.#output.write(text).catch(() => {});
  }
}
