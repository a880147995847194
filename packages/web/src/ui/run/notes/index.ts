// What of notes stands in the list and the timeline from the first; the cards are loaded with what shows them.
export { NoteFlags } from "./note-flags.tsx";
export { useNotes } from "./use-notes.ts";
