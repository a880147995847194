import { randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as later } from "node:timers/promises";
import { leadsAstray } from "../files/index.ts";
import { formatTimestamp, NOTES_FILE, NOTES_LOCK_FILE } from "../layout/index.ts";
import { type Note, noteSchema } from "../schema/index.ts";
import { isWriteError, nodeDisk, RunLock } from "../write/index.ts";
import { NoteError } from "./note-error.ts";
import { MAX_NOTES_BYTES, readNotes } from "./read-notes.ts";

/** How long it is waited for whoever else writes a note, and how long between two looks, in milliseconds. */
const PATIENCE = 5_000;
const LOOK = 20;

/** What is to be written. With a `note_id` that is there, what is left out stays as it was. */
export interface NoteDraft extends Partial<Pick<Note, "note_id" | "event_id" | "turn" | "author">> {
  /** Empty: the note is taken away. */
  text: string;
}

/**
 * Writes a note to the end of `notes.jsonl`: one line, whole or not at all, under a lock of its own, so that several programs may write at
 * once and the run's writer is none of them. A torn last line is left as it is.
 *
 * @returns the note as it stands in its line
 * @throws NoteError NOTE_INVALID, NOTE_NOT_FOUND (it is to be taken away, and is not there), NOTES_FULL, NOTES_LOCKED, NOTES_REFUSED; and what the system says
 */
export async function appendNote(runDirectory: string, draft: NoteDraft): Promise<Note> {
  const lock = await lockOf(runDirectory);
  try {
    const before = readNotes(runDirectory).notes.find(({ note_id }) => note_id === draft.note_id);
    if (draft.text === "" && before === undefined)
      throw new NoteError(
        "NOTE_NOT_FOUND",
        `There is no note ${draft.note_id ?? "without a note_id"} to take away.`,
      );
    const given = Object.entries(draft).filter(([, value]) => value !== undefined);
    const parsed = noteSchema.safeParse({
      note_id: randomUUID(),
      ...before,
      ...Object.fromEntries(given),
      time: formatTimestamp(Date.now() * 1000),
    });
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new NoteError(
        "NOTE_INVALID",
        `${issue?.path.join(".") ?? "note"}: ${issue?.message ?? "is no note"}`,
      );
    }
    append(runDirectory, `${JSON.stringify(parsed.data)}\n`);
    return parsed.data;
  } finally {
    lock.release();
  }
}

async function lockOf(runDirectory: string): Promise<RunLock> {
  const until = Date.now() + PATIENCE;
  for (;;) {
    try {
      // Held for as long as a line takes: whoever is silent for a minute has ended.
      return RunLock.acquire(nodeDisk, runDirectory, { file: NOTES_LOCK_FILE, takeOver: true });
    } catch (error) {
      if (!isWriteError(error, "RUN_LOCKED")) throw error;
      if (Date.now() > until)
        throw new NoteError(
          "NOTES_LOCKED",
          `Somebody else is writing notes of ${runDirectory} (${NOTES_LOCK_FILE}): try again.`,
          { cause: error },
        );
      await later(LOOK);
    }
  }
}

const FLAGS =
  constants.O_RDWR |
  constants.O_CREAT |
  constants.O_APPEND |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0);

function append(runDirectory: string, line: string): void {
  const path = join(runDirectory, NOTES_FILE);
  const astray = leadsAstray(path, runDirectory);
  if (astray !== undefined) throw new NoteError("NOTES_REFUSED", `${path} is not written: ${astray}`);
  const file = openSync(path, FLAGS, 0o666);
  try {
    const found = fstatSync(file);
    if (!found.isFile())
      throw new NoteError("NOTES_REFUSED", `${path} is not written: it is no regular file`);
    const isTorn = found.size > 0 && lastByte(file, found.size) !== 0x0a;
    const bytes = Buffer.from(isTorn ? `\n${line}` : line);
    if (found.size + bytes.length > MAX_NOTES_BYTES)
      throw new NoteError("NOTES_FULL", `${path} is as large as notes may be (${MAX_NOTES_BYTES} bytes).`);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } catch (error) {
      ftruncateSync(file, found.size);
      throw error;
    }
  } finally {
    closeSync(file);
  }
}

function lastByte(file: number, size: number): number | undefined {
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, size - 1);
  return byte[0];
}
