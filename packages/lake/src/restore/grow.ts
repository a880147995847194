import { randomBytes } from "node:crypto";
import { appendFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ACTIVE_SEGMENT_FILE, TAPE_FILE } from "@llm-sim/events/run";
import type { Lake, SelectOptions } from "../connection/index.ts";
import { OF_NEWEST_FILES } from "./newest-files.ts";
import { RowReader } from "./row-reader.ts";

const ENDING_BYTES = [Buffer.from("\n"), Buffer.from("\r\n"), Buffer.alloc(0)];
const WRITE_BYTES = 1024 * 1024;
const SEGMENT = 0;

/** A run of one edition. */
interface Key {
  run: string;
  edition: number;
}

/**
 * Adds to a restored log what was shipped since, as far as it is whole.
 *
 * @param from bytes that the log has
 * @returns bytes that it has now; `undefined` where a segment has begun since: then it is restored anew
 */
export async function growLog(
  lake: Lake,
  key: Key,
  directory: string,
  from: number,
): Promise<number | undefined> {
  const asked: SelectOptions = { parameters: { ...key, from } };
  const where =
    "WHERE run = {run:String} AND edition = {edition:UInt32} AND place >= {from:UInt64} ORDER BY place";
  const marks: { place: number; bytes: Buffer }[] = [];
  let hasBegun = false;
  const markRows = new RowReader(
    lake.bytes(`SELECT place, kind, bytes FROM marks ${where}, kind FORMAT RowBinary`, asked),
  );
  while (await markRows.hasMore()) {
    const place = await markRows.uint64();
    const kind = await markRows.byte();
    hasBegun ||= kind === SEGMENT;
    marks.push({ place, bytes: await markRows.bytes() });
  }
  if (hasBegun) return undefined;
  const path = join(directory, ACTIVE_SEGMENT_FILE);
  let [end, size] = [from, 0];
  let held: Uint8Array[] = [];
  const add = async (...pieces: readonly Uint8Array[]): Promise<void> => {
    for (const piece of pieces) {
      held.push(piece);
      end += piece.length;
      size += piece.length;
    }
    if (size < WRITE_BYTES) return;
    await appendFile(path, Buffer.concat(held));
    [held, size] = [[], 0];
  };
  const addMarks = async (): Promise<void> => {
    for (let [first] = marks; first?.place === end && first.bytes.length > 0; [first] = marks) {
      await add(first.bytes);
      marks.shift();
    }
  };
  const rows = new RowReader(
    lake.bytes(`SELECT place, line, ending FROM events ${where} FORMAT RowBinary`, asked),
  );
  await addMarks();
  while (await rows.hasMore()) {
    const place = await rows.uint64();
    const line = await rows.bytes();
    const ending = ENDING_BYTES[await rows.byte()] ?? NOTHING;
    // What comes before it has not been seen yet: the next time. Read to the end, or its connection is not used again.
    if (place !== end) continue;
    await add(line, ending);
    await addMarks();
  }
  if (held.length > 0) await appendFile(path, Buffer.concat(held));
  return end;
}

const NOTHING = Buffer.alloc(0);

/** Adds to a restored tape what was shipped since. @returns bytes that it has now */
export async function growTape(lake: Lake, key: Key, directory: string, from: number): Promise<number> {
  const rows = new RowReader(
    lake.bytes(
      `SELECT place, line, ending FROM messages
WHERE run = {run:String} AND edition = {edition:UInt32} AND place >= {from:UInt64} ORDER BY place FORMAT RowBinary`,
      { parameters: { ...key, from } },
    ),
  );
  let end = from;
  const held: Uint8Array[] = [];
  while (await rows.hasMore()) {
    const place = await rows.uint64();
    const line = await rows.bytes();
    const ending = ENDING_BYTES[await rows.byte()] ?? NOTHING;
    if (place !== end) continue;
    held.push(line, ending);
    end += line.length + ending.length;
  }
  if (held.length > 0) await appendFile(join(directory, TAPE_FILE), Buffer.concat(held));
  return end;
}

/**
 * Brings the other files of a restored run up to what was shipped since, each at once as a whole.
 *
 * @param since the newest version that is there; 0 for all of them
 * @param names these alone
 * @returns the newest version that is there now
 */
export async function renewFiles(
  lake: Lake,
  run: string,
  directory: string,
  since: number,
  names?: readonly string[],
): Promise<number> {
  const only = names === undefined ? "" : "AND file IN {names:Array(String)}";
  const rows = new RowReader(
    lake.bytes(
      `SELECT file, version, parts, bytes FROM files FINAL WHERE run = {run:String} ${only}
AND file IN (SELECT file FROM files FINAL WHERE run = {run:String} AND part = 0 AND version > {since:UInt64}) AND ${OF_NEWEST_FILES}
ORDER BY file, part FORMAT RowBinary`,
      { parameters: { run, since, ...(names && { names }) } },
    ),
  );
  let newest = since;
  const files = new Map<string, Buffer[] | undefined>();
  while (await rows.hasMore()) {
    const file = await rows.text();
    newest = Math.max(newest, await rows.uint64());
    const parts = await rows.uint32();
    const bytes = await rows.bytes();
    files.set(file, parts === 0 ? undefined : [...(files.get(file) ?? []), bytes]);
  }
  for (const [file, parts] of files) {
    const path = join(directory, file);
    if (parts === undefined) await rm(path, { force: true });
    else await replace(path, Buffer.concat(parts));
  }
  return newest;
}

async function replace(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  await writeFile(beside, bytes);
  await rename(beside, path);
}
