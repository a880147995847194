import { isAscii } from "node:buffer";
import { SEARCHED_MEMBER, type SearchedPart } from "@llm-sim/events/schema";

const BACKSLASH = 0x5c;

/** Whether an event's description, or anything in the event, holds a text, whatever its case. */
export class TextMatch {
  readonly #needle: string;
  readonly #isAscii: boolean;
  readonly #isAnywhere: boolean;

  constructor(text: string, within: SearchedPart = "description") {
    this.#needle = text.toLowerCase();
    this.#isAscii = isAscii(Buffer.from(this.#needle));
    this.#isAnywhere = within === "payload";
  }

  /** @param line an event, or another object, as JSON */
  isIn(line: Buffer): boolean {
    // A line of plain letters, nothing escaped, cannot hold in a member what it does not hold at all.
    if (isAscii(line) && !line.includes(BACKSLASH)) {
      if (!this.#isAscii || !this.isInText(line.toString("latin1"))) return false;
    }
    const event: unknown = JSON.parse(line.toString("utf8"));
    if (this.#isAnywhere) return textsIn(event).some((text) => this.isInText(text));
    const isObject = typeof event === "object" && event !== null;
    const text: unknown = isObject && SEARCHED_MEMBER in event ? event[SEARCHED_MEMBER] : undefined;
    return typeof text === "string" && this.isInText(text);
  }

  isInText(text: string): boolean {
    return text.toLowerCase().includes(this.#needle);
  }
}

/** Texts, names of members and numbers: what they mean, however they are written. */
function textsIn(value: unknown): string[] {
  const texts: string[] = [];
  const queue = [value];
  for (const one of queue) {
    if (typeof one === "string" || typeof one === "number") texts.push(String(one));
    else if (typeof one === "object" && one !== null) {
      if (!Array.isArray(one)) texts.push(...Object.keys(one));
      for (const member of Object.values(one)) queue.push(member);
    }
  }
  return texts;
}
