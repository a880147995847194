import type { Note } from "@llm-sim/api";
import { useState } from "react";
import { formatCount } from "../../../logic/format/index.ts";
import { inOrder, type NoteTarget } from "../../../logic/notes/index.ts";
import { useNotes } from "../notes/index.ts";
import { useRun, useTurn, useView } from "../session.ts";
import { useMayWrite } from "../use-may-write.ts";
import { ViewLink } from "../view-link.tsx";
import { NoteCard } from "./note-card.tsx";
import { NoteForm } from "./note-form.tsx";
import "../../../styles/notes.css";

/** Every note of the run, each with the way to what it is about; and, where the server may write, one about the run or about a turn. */
export function AllNotes() {
  const notes = useNotes();
  const mayWrite = useMayWrite();
  const [writing, setWriting] = useState<NoteTarget>();
  if (notes.length === 0 && !mayWrite) return null;
  return (
    <section className="section" aria-label="Notes">
      <h3>Notes {notes.length > 0 && <span className="count">{formatCount(notes.length)}</span>}</h3>
      {notes.length > 0 && (
        <ul className="note-cards">
          {inOrder(notes).map((note) => (
            <NoteCard key={note.note_id} note={note} mayWrite={mayWrite} about={<About note={note} />} />
          ))}
        </ul>
      )}
      {mayWrite &&
        (writing ? (
          <>
            <p className="note">
              {writing.turn === undefined ? "About the run" : `About turn ${writing.turn}`}
            </p>
            <NoteForm target={writing} onClose={() => setWriting(undefined)} />
          </>
        ) : (
          <AddNote onAdd={setWriting} />
        ))}
    </section>
  );
}

function AddNote({ onAdd }: { onAdd: (target: NoteTarget) => void }) {
  const turn = useTurn();
  const isAtTurn = useView(({ playhead }) => playhead !== undefined);
  return (
    <div className="row">
      <button type="button" className="button" onClick={() => onAdd({})}>
        Add a note
      </button>
      {isAtTurn && (
        <button type="button" className="button" onClick={() => onAdd({ turn })}>
          About turn {turn}
        </button>
      )}
    </div>
  );
}

function About({ note: { event_id, turn } }: { note: Note }) {
  const { summary } = useRun();
  const at = Math.min(turn ?? 0, summary.turns);
  if (event_id !== undefined)
    return (
      <ViewLink to={{ selected: event_id, inspector: "event", playhead: { turn: at, eventId: event_id } }}>
        an event of turn {turn ?? "?"}
      </ViewLink>
    );
  return turn === undefined ? (
    <span>the run</span>
  ) : (
    <ViewLink to={{ playhead: { turn: at } }}>turn {turn}</ViewLink>
  );
}
