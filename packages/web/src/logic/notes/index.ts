export { type NoteFlag, noteFlags } from "./flags.ts";
export { draftOf, inOrder, type NoteTarget, notesAbout, textsByEvent } from "./notes-at.ts";
