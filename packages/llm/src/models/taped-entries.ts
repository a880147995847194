import { existsSync } from "node:fs";
import { basename, dirname } from "node:path";
import { readTape, type UnreadableLine } from "@llm-sim/events/tape";
import {
  type AttemptResult,
  type BreakOff,
  type Coordinate,
  coordinateText,
  type RecordedAttempt,
} from "@llm-sim/events/tape/schema";
import type { Spent } from "../limits/index.ts";
import { PlayError } from "./play-error.ts";

/** An attempt on the tape, without its messages, which are long: its hash says whether it is the one that is looked for. */
export interface TapedEntry {
  coordinate: Coordinate;
  hash: string;
  result: AttemptResult;
  /** Its number among the tape's entries. */
  place: number;
}

export interface TapedEntries {
  /** By coordinate, as text; of several with one coordinate the last, which is the one that the run has gone on with. */
  byCoordinate: ReadonlyMap<string, TapedEntry>;
  /** Of all that is on the tape, whichever counts. */
  spent: Spent;
  /** Lines that cannot be read. */
  unreadable: number;
}

/** @throws PlayError, TapeError */
export async function readEntries(path: string, ignored: readonly BreakOff[]): Promise<TapedEntries> {
  if (!existsSync(path))
    throw new PlayError("TAPE_MISSING", path, `There is no tape ${path}: name a run's tape.jsonl.`);
  const byCoordinate = new Map<string, TapedEntry>();
  const spent: Spent = { tokens: 0, usd: 0 };
  let unreadable = 0;
  let hasTexts = true;
  let isTape = false;
  let isOther = false;
  let place = 0;
  const onUnreadable = ({ torn }: UnreadableLine) => {
    unreadable++;
    isOther ||= !torn;
  };
  for await (const item of readTape(dirname(path), { file: basename(path), onUnreadable })) {
    isTape = true;
    if (item.line === "tape") hasTexts = item.texts || item.attempts === false;
    if (item.line !== "attempt") continue;
    if (!hasTexts)
      throw new PlayError(
        "TAPE_WITHOUT_TEXTS",
        path,
        `${path} keeps hashes and no answers (llm.tape: hash): nothing can be played from it; record with llm.tape: full.`,
      );
    const result = resultOf(item);
    const { input_tokens = 0, output_tokens = 0 } = result.usage ?? {};
    spent.tokens += input_tokens + output_tokens;
    spent.usd += result.cost_usd ?? 0;
    if (result.broken_off_by && ignored.includes(result.broken_off_by)) continue;
    const { coordinate, request_hash: hash } = item;
    byCoordinate.set(coordinateText(coordinate), { coordinate, hash, result, place: place++ });
  }
  if (isOther && !isTape)
    throw new PlayError(
      "NOT_A_TAPE",
      path,
      `${path} is no tape: no line of it is one of a tape's; name a run's tape.jsonl.`,
    );
  return { byCoordinate, spent, unreadable };
}

function resultOf(item: RecordedAttempt): AttemptResult {
  const { line: _, coordinate, request_hash, model, sampling, messages, schema, ...result } = item;
  return result;
}
