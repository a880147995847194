export { AllNotes } from "./all-notes.tsx";
export { NotesAbout } from "./notes-about.tsx";
