import { requestHash } from "./request-hash.ts";
import { type AttemptLine, actorText, listOf, type RecordedAttempt, type TapeLine } from "./schema/index.ts";

/** A line of the tape, read. */
export type TapeItem = Exclude<TapeLine, AttemptLine> | RecordedAttempt;

/** What the lines so far say that a line to come builds on: the same for who writes and who reads. */
export class TapeState {
  readonly messages = new Set<string>();
  readonly schemas = new Set<string>();
  /** Of each actor, the messages of its last attempt. */
  readonly lists = new Map<string, readonly string[]>();
  /** Whether the tape keeps texts; `undefined` before its first line, and where it keeps nothing. */
  texts: boolean | undefined;

  /** @returns what the line says, or why it cannot be told */
  take(line: TapeLine): TapeItem | string {
    switch (line.line) {
      case "tape":
        this.texts = line.attempts === false ? undefined : line.texts;
        return line;
      case "message":
        this.messages.add(line.hash);
        return line;
      case "schema":
        this.schemas.add(line.hash);
        return line;
      case "attempt":
        return this.#attempt(line);
    }
  }

  #attempt(line: AttemptLine): RecordedAttempt | string {
    const actor = actorText(line.coordinate.actor);
    const messages = listOf(line.messages, this.lists.get(actor) ?? []);
    if (messages && requestHash({ ...line, messages }) === line.request_hash) {
      this.lists.set(actor, messages);
      return { ...line, messages };
    }
    // What builds on a list that is not the one it was would be wrong as well.
    this.lists.delete(actor);
    return line.messages.some((item) => typeof item !== "string")
      ? "request_hash: not that of its request: it builds on an attempt before it that cannot be read, or was altered"
      : "request_hash: not that of its request";
  }
}
