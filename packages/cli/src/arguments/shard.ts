import type { Shard } from "@llm-sim/events/run";
import { InvalidArgumentError } from "commander";
import { readWholeNumber } from "./whole-number.ts";

/** As many as a batch may have runs. */
const MOST = 100_000;
const EXPECTED = "Expected I/N with I from 1 to N, as in 3/64, or auto, or auto/N.";

/** Which shard of a batch: said, or to be taken from the scheduler that started this process, `of` where it does not say how many. */
export type AskedShard = Shard | { index: "auto"; of?: number };

/** `3/64`, `auto` or `auto/64` */
export function shard(text: string): AskedShard {
  const [first = "", second, ...more] = text.split("/").map((part) => part.trim());
  const of = second === undefined ? undefined : readWholeNumber(second);
  if (more.length > 0 || (second !== undefined && (of === undefined || of < 1 || of > MOST)))
    throw new InvalidArgumentError(EXPECTED);
  if (first === "auto") return { index: "auto", ...(of !== undefined && { of }) };
  const index = readWholeNumber(first);
  if (of === undefined || index === undefined || index < 1 || index > of)
    throw new InvalidArgumentError(EXPECTED);
  return { index, of };
}
