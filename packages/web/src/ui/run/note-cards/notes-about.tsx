import { useState } from "react";
import { type NoteTarget, notesAbout } from "../../../logic/notes/index.ts";
import { useNotes } from "../notes/index.ts";
import { useMayWrite } from "../use-may-write.ts";
import { NoteCard } from "./note-card.tsx";
import { NoteForm } from "./note-form.tsx";
import "../../../styles/notes.css";

/** The notes about an event or a turn, and, where the server may write, the way to write one. */
export function NotesAbout({ target }: { target: NoteTarget }) {
  const notes = notesAbout(useNotes(), target);
  const mayWrite = useMayWrite();
  const [isWriting, setWriting] = useState(false);
  if (notes.length === 0 && !mayWrite) return null;
  return (
    <section className="section" aria-label="Notes">
      {notes.length > 0 && <h3>Notes</h3>}
      {notes.length > 0 && (
        <ul className="note-cards">
          {notes.map((note) => (
            <NoteCard key={note.note_id} note={note} mayWrite={mayWrite} />
          ))}
        </ul>
      )}
      {mayWrite &&
        (isWriting ? (
          <NoteForm target={target} onClose={() => setWriting(false)} />
        ) : (
          <button type="button" className="button add-note" onClick={() => setWriting(true)}>
            Add a note
          </button>
        ))}
    </section>
  );
}
