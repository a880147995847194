import { type FileHandle, mkdir, mkdtemp, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { TAPE_FILE } from "@llm-sim/events/run";
import * as z from "zod";
import type { Lake, SelectOptions } from "../connection/index.ts";
import { lastEdition } from "../editions/index.ts";
import { LakeError } from "../errors.ts";
import { ENDING_BYTES, ENDINGS, MARK_KINDS } from "../tables/index.ts";
import { OF_NEWEST_FILES } from "./newest-files.ts";
import { plainLog, writePlainLog } from "./plain-log.ts";
import { RowReader } from "./row-reader.ts";
import { SegmentFiles } from "./segment-files.ts";

export interface Restored {
  run: string;
  edition: number;
  events: number;
  /** Of the log. */
  bytes: number;
  /** The greatest place of its events; -1 where it has none. */
  mark: number;
}

const runRows = z.array(
  z.object({ edition: z.int(), segment_files: z.array(z.string()), segment_places: z.array(z.int()) }),
);

/**
 * Makes the directory of a run again, as it was when it was shipped, byte for byte. A compressed segment becomes one that is not, with
 * the same lines; who writes it (`writer.lock`) and what can be built anew (indexes) are left out.
 *
 * @param target where it comes to lie: nothing may be there yet; it is there once it is whole
 * @param signal where it is aborted, nothing is made
 * @returns `undefined` where the lake has no such run
 * @throws LakeError, and the signal's reason
 */
export async function directoryOf(
  lake: Lake,
  run: string,
  target: string,
  signal?: AbortSignal,
): Promise<Restored | undefined> {
  const edition = await lastEdition(lake, run);
  const asked = { parameters: { run, edition: edition?.edition ?? 0 }, ...(signal && { signal }) };
  const rows = await lake.select(
    "SELECT edition, segment_files, segment_places FROM runs WHERE run = {run:String} ORDER BY version DESC LIMIT 1",
    asked,
  );
  const [listed] = runRows.parse(rows);
  if (listed === undefined && edition === undefined) return undefined;
  await mkdir(dirname(target), { recursive: true });
  const made = await mkdtemp(`${target}.`);
  try {
    await writeFiles(lake, asked, made);
    const restored = await writeLog(lake, asked, made, listed?.segment_files ?? []);
    await writeTape(lake, asked, made);
    signal?.throwIfAborted();
    await rename(made, target);
    return { run, edition: asked.parameters.edition, ...restored };
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    signal?.throwIfAborted();
    throw error;
  }
}

/** A row of the log: of `events`, or of `marks`. */
type Piece =
  | { kind: "event"; place: number; line: Buffer; ending: Buffer }
  | { kind: (typeof MARK_KINDS)[number]; place: number; bytes: Buffer };

const WHERE = "WHERE run = {run:String} AND edition = {edition:UInt32}";

/** What a restored log came to. */
type RestoredLog = Omit<Restored, "run" | "edition">;

async function writeLog(
  lake: Lake,
  asked: SelectOptions,
  directory: string,
  names: readonly string[],
): Promise<RestoredLog> {
  const files = new SegmentFiles(directory, names);
  try {
    const plain = await plainLog(lake, asked);
    const told = plain ?? { events: 0, bytes: 0, mark: -1 };
    if (plain === undefined) await writePieces(lake, asked, files, told);
    else {
      const written = await writePlainLog(lake, asked, plain, files);
      if (written !== plain.bytes) throw hole(lake, asked, written);
    }
    await files.rest();
    const { events, bytes, mark } = told;
    return { events, bytes, mark };
  } finally {
    await files.close();
  }
}

/** Puts it together here, out of its events and what else stands in it. */
async function writePieces(
  lake: Lake,
  asked: SelectOptions,
  files: SegmentFiles,
  told: RestoredLog,
): Promise<void> {
  const [events, marks] = [
    eventsOf(
      new RowReader(
        lake.bytes(`SELECT place, line, ending FROM events ${WHERE} ORDER BY place FORMAT RowBinary`, asked),
      ),
    ),
    marksOf(
      new RowReader(
        lake.bytes(
          `SELECT place, kind, bytes FROM marks ${WHERE} ORDER BY place, kind FORMAT RowBinary`,
          asked,
        ),
      ),
    ),
  ];
  for await (const piece of inOrder(events, marks)) {
    if (piece.kind === "segment") await files.next();
    else if (piece.place !== told.bytes) throw hole(lake, asked, told.bytes);
    else if (piece.kind === "event") {
      await files.write(piece.line, piece.ending);
      told.bytes += piece.line.length + piece.ending.length;
      told.events++;
      told.mark = piece.place;
    } else {
      await files.write(piece.bytes);
      told.bytes += piece.bytes.length;
    }
  }
}

function hole(lake: Lake, asked: SelectOptions, at: number): LakeError {
  return new LakeError(
    "LAKE_REFUSED",
    `${lake.name} has a hole in the log of ${String(asked.parameters?.run)} at byte ${at}: llm-sim ship --again ships it anew`,
  );
}

async function* eventsOf(rows: RowReader): AsyncGenerator<Piece, void, undefined> {
  while (await rows.hasMore()) {
    const place = await rows.uint64();
    const line = await rows.bytes();
    yield { kind: "event", place, line, ending: endingOf(await rows.byte()) };
  }
}

async function* marksOf(rows: RowReader): AsyncGenerator<Piece, void, undefined> {
  while (await rows.hasMore()) {
    const place = await rows.uint64();
    const kind = MARK_KINDS[await rows.byte()] ?? "between";
    yield { kind, place, bytes: await rows.bytes() };
  }
}

const endingOf = (number: number) => ENDING_BYTES[ENDINGS[number] ?? "none"];

/** By place; at one place what has no bytes comes first. */
async function* inOrder(
  events: AsyncGenerator<Piece, void, undefined>,
  marks: AsyncGenerator<Piece, void, undefined>,
): AsyncGenerator<Piece, void, undefined> {
  let [event, mark] = await Promise.all([events.next(), marks.next()]);
  while (!event.done || !mark.done) {
    if (!mark.done && (event.done || mark.value.place <= event.value.place)) {
      yield mark.value;
      mark = await marks.next();
    } else if (!event.done) {
      yield event.value;
      event = await events.next();
    }
  }
}

async function writeTape(lake: Lake, asked: SelectOptions, directory: string): Promise<void> {
  const rows = new RowReader(
    lake.bytes(`SELECT line, ending FROM messages ${WHERE} ORDER BY place FORMAT RowBinary`, asked),
  );
  let file: FileHandle | undefined;
  try {
    while (await rows.hasMore()) {
      file ??= await open(join(directory, TAPE_FILE), "wx");
      const line = await rows.bytes();
      await file.writev([line, endingOf(await rows.byte())]);
    }
  } finally {
    await file?.close();
  }
}

async function writeFiles(lake: Lake, asked: SelectOptions, directory: string): Promise<void> {
  const rows = new RowReader(
    lake.bytes(
      `SELECT file, parts, bytes FROM files FINAL WHERE run = {run:String} AND ${OF_NEWEST_FILES}
ORDER BY file, part FORMAT RowBinary`,
      asked,
    ),
  );
  let name = "";
  let file: FileHandle | undefined;
  try {
    while (await rows.hasMore()) {
      const next = await rows.text();
      const parts = await rows.uint32();
      const bytes = await rows.bytes();
      if (parts === 0) continue;
      if (next !== name) {
        await file?.close();
        const path = join(directory, next);
        await mkdir(dirname(path), { recursive: true });
        file = await open(path, "w");
        name = next;
      }
      await file?.writeFile(bytes);
    }
  } finally {
    await file?.close();
  }
}
