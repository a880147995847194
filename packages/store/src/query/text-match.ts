import { isAscii } from "node:buffer";
import { SEARCHED_MEMBER } from "@llm-sim/events/schema";

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
    const isObject = typeof event === "object" && event !== null;
    const text: unknown = isObject && SEARCHED_MEMBER in event ? event[SEARCHED_MEMBER] : undefined;
    return typeof text === "string" && text.toLowerCase().includes(this.#needle);
  }
}

const BACKSLASH = 0x5c;
