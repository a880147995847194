import { closeSync, fstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../errors.ts";
import { openRegular } from "../files/index.ts";
import { NOTES_FILE } from "../layout/index.ts";
import { type Note, noteSchema } from "../schema/index.ts";
import { NoteError } from "./note-error.ts";

/** No `notes.jsonl` grows beyond this, in bytes. */
export const MAX_NOTES_BYTES = 16 * 1024 * 1024;

/** What the notes of a run come to. */
export interface NotesRead {
  /** In the order in which they were first written, each as it was written last. */
  notes: Note[];
  /** Lines that are no notes, a torn last one among them; empty ones are not counted. */
  badLines: number;
}

/**
 * Reads `notes.jsonl`: of lines with the same `note_id` the last one counts, and one with an empty text takes the note away.
 *
 * @throws NoteError NOTES_FULL where the file is larger than any that is written; what the system says, other than that there is no such file
 */
export function readNotes(runDirectory: string): NotesRead {
  const text = textOf(join(runDirectory, NOTES_FILE));
  const notes = new Map<string, Note>();
  let badLines = 0;
  for (const line of text.replace(/^\uFEFF/, "").split("\n")) {
    if (line.trim() === "") continue;
    const note = parseNote(line);
    if (note === undefined) badLines++;
    else if (note.text === "") notes.delete(note.note_id);
    else notes.set(note.note_id, note);
  }
  return { notes: [...notes.values()], badLines };
}

function textOf(path: string): string {
  let file: number;
  try {
    file = openRegular(path);
  } catch (error) {
    // What is no file of the run's own is as good as none, as of its other files.
    if (codeOf(error) === "ENOENT" || codeOf(error) === "FILE_REFUSED") return "";
    throw error;
  }
  try {
    const { size } = fstatSync(file);
    if (size > MAX_NOTES_BYTES)
      throw new NoteError("NOTES_FULL", `${path} has ${size} bytes: it is larger than notes may be.`);
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

function parseNote(line: string): Note | undefined {
  try {
    return noteSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
