import { DEFAULT_MAX_LINE_BYTES } from "@llm-sim/events/read";
import { TAPE_FILE } from "@llm-sim/events/run";
import { FetchedTape, TAPE_HEAD_BYTES, TAPE_MESSAGE, TapeIndex } from "@llm-sim/store/port";
import type { Lake } from "../connection/index.ts";
import { KeptOfRuns } from "./kept.ts";
import { eachRowOf, OF_RUN, rowsOf } from "./same-run.ts";
import type { WholeRun } from "./whole-run.ts";

/** Lines; of a longer tape the files are asked. */
const MOST_LINES = 1_000_000;
/** Bytes of indexes, of all runs together. */
const MOST_HELD = 256 * 1024 * 1024;
/** Bytes of lines for one answer, which holds half as much text. */
const MOST_FETCHED = 64 * 1024 * 1024;
/** Lines that one statement asks for. */
const LINES_AT_ONCE = 1000;

interface KnownTape {
  /** `undefined` where there is no tape. */
  index: TapeIndex | undefined;
}

const tapes = new KeptOfRuns<KnownTape | undefined>(MOST_HELD, (tape) => tape?.index?.bytes ?? 0);

/** A line that only a look at the file itself tells apart: blank, not ended, with zeros, too long. */
const IS_ODD = `ending != 'lf' OR NOT startsWith(line, '{"line":"') OR position(line, '\\0') > 0 OR length(line) > ${DEFAULT_MAX_LINE_BYTES}`;
/** Of a message its beginning alone, which names it. */
const HEAD = `if(startsWith(line, '${TAPE_MESSAGE}') AND substring(line, ${TAPE_HEAD_BYTES}, 1) = '"', substring(line, 1, ${TAPE_HEAD_BYTES}), line)`;

/** What stands on a run's tape and where; `undefined` where the files have to be asked. Throws RunChanged. */
export function tapeOf(lake: Lake, run: WholeRun): Promise<KnownTape | undefined> {
  return tapes.of(lake, run, () => readTape(lake, run));
}

async function readTape(lake: Lake, run: WholeRun): Promise<KnownTape | undefined> {
  const index = new TapeIndex();
  let [line, isOdd] = [0, false];
  await eachRowOf(
    lake,
    run,
    `place, length(line), toUInt8(${IS_ODD}), ${HEAD}`,
    `FROM messages WHERE ${OF_RUN} ORDER BY place LIMIT ${MOST_LINES + 1}`,
    async (row) => {
      const [offset, length] = [await row.uint64(), await row.uint64()];
      isOdd ||= (await row.byte()) === 1;
      const bytes = await row.bytes();
      line++;
      if (isOdd) return;
      const whole = { bytes, offset, next: offset + length + 1, line, terminated: true, damage: undefined };
      try {
        index.take(whole, length);
      } catch {
        isOdd = true; // of a later format, which the files' own tape says
      }
    },
  );
  if (isOdd || line > MOST_LINES) return undefined;
  return { index: line === 0 ? undefined : index };
}

/**
 * Answers out of the lines of a tape that it turns out to take.
 *
 * @returns `undefined` where the files have to be asked
 */
export async function withTape<Answer>(
  lake: Lake,
  run: WholeRun,
  ask: (tape: FetchedTape) => Promise<Answer | undefined>,
  signal: AbortSignal | undefined,
): Promise<Answer | undefined> {
  const known = await tapeOf(lake, run);
  if (known === undefined) return undefined;
  const tape = new FetchedTape(known.index);
  for (let fetched = 0; ; ) {
    const answer = await ask(tape);
    const asked = [...tape.asked];
    if (answer === undefined || asked.length === 0) return answer;
    for (const [, { length }] of asked) fetched += length;
    if (fetched > MOST_FETCHED) return undefined;
    for (let at = 0; at < asked.length; at += LINES_AT_ONCE) {
      const places = asked.slice(at, at + LINES_AT_ONCE).map(([place]) => place);
      await fetchLines(lake, run, tape, places, signal);
    }
  }
}

async function fetchLines(
  lake: Lake,
  run: WholeRun,
  tape: FetchedTape,
  places: readonly number[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const lines = await rowsOf(
    lake,
    run,
    "place, line",
    `FROM messages WHERE ${OF_RUN} AND place IN {places:Array(UInt64)}`,
    async (row) => ({ place: await row.uint64(), line: await row.bytes() }),
    { parameters: { places }, signal },
  );
  for (const { place, line } of lines) tape.add(place, line);
  if (lines.length !== places.length)
    throw new Error(`run ${run.id}: ${TAPE_FILE} has fewer lines in the lake than it had`);
}
