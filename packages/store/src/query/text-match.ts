import { isAscii } from "node:buffer";

/** Whether an event's description holds a text, whatever its case. */
export class TextMatch {
  readonly #needle: string;
  readonly #isAscii: boolean;

  constructor(text: string) {
    this.#needle = text.toLowerCase();
    this.#isAscii = isAscii(Buffer.from(this.#needle));
  }

  /** @param line an event as JSON */
  isIn(line: Buffer): boolean {
    // A line of plain letters, nothing escaped, cannot hold in its description what it does not hold at all.
    if (isAscii(line) && !line.includes(BACKSLASH)) {
      if (!this.#isAscii || !line.toString("latin1").toLowerCase().includes(this.#needle)) return false;
    }
    const event: unknown = JSON.parse(line.toString("utf8"));
    const hasDescription = typeof event === "object" && event !== null && "description" in event;
    return (
      hasDescription &&
      typeof event.description === "string" &&
      event.description.toLowerCase().includes(this.#needle)
    );
  }
}

const BACKSLASH = 0x5c;
