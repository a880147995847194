// What people write about a run, beside its log and no part of it.
export { NOTES_FILE } from "../layout/index.ts";
export { MAX_NOTE_ID, MAX_NOTE_TEXT, type Note, noteSchema } from "../schema/index.ts";
export { appendNote, type NoteDraft } from "./append-note.ts";
export { isNoteError, NOTE_ERROR_CODES, NoteError, type NoteErrorCode } from "./note-error.ts";
export { MAX_NOTES_BYTES, type NotesRead, readNotes } from "./read-notes.ts";
