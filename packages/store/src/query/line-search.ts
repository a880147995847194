import type { SearchedPart } from "@llm-sim/events/schema";
import { TextMatch } from "./text-match.ts";
import { NUMBERED, TextSieve } from "./text-sieve.ts";

/** What it takes to look for a text where lines are kept elsewhere: what a line that holds it has to hold, and whether one does. */
export interface LineSearch {
  /** Stands in each line that holds the text, in whatever case of ASCII; empty where nothing has to. */
  readonly anchor: string;
  /** Or one of these letters does, as it is. */
  readonly letters: readonly string[];
  /** Or what this regular expression matches, in whatever case. */
  readonly numbered: string;
  /** Whether it may be a number that is written otherwise: then nothing has to stand in a line. */
  readonly isNumber: boolean;
  /** @param line an event as JSON */
  readonly isIn: (line: Uint8Array) => boolean;
}

export function lineSearchOf(text: string, within: SearchedPart = "description"): LineSearch {
  const match = new TextMatch(text, within);
  const { anchor, isNumber, becoming } = new TextSieve(match.needle);
  return {
    anchor,
    isNumber,
    letters: becoming.map((bytes) => bytes.toString()),
    numbered: NUMBERED.source,
    isIn: (line) => match.isIn(Buffer.from(line.buffer, line.byteOffset, line.length)),
  };
}
