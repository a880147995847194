import { codeOf } from "../errors.ts";
import { asGiven } from "../naming/index.ts";

/** A watch expression that cannot be understood; `position` counts characters of `text` from 0. */
export class WatchError extends Error {
  override readonly name = "WatchError";
  readonly code = "WATCH_INVALID";
  readonly text: string;
  readonly position: number;

  constructor(text: string, position: number, problem: string) {
    super(`${asGiven(text)}, at character ${position + 1}: ${problem}`);
    this.text = text;
    this.position = position;
  }
}

export function isWatchError(error: unknown): error is WatchError {
  return codeOf(error) === "WATCH_INVALID";
}
