import { type Note, writeNote } from "@llm-sim/api";
import { type ReactNode, useState } from "react";
import { sendCommand } from "../../../logic/api/index.ts";
import { formatMoment } from "../../../logic/format/index.ts";
import { LongText } from "../../parts/index.ts";
import { noteQueries } from "../../queries/index.ts";
import { queryClient, server } from "../../session/index.ts";
import { useRun } from "../session.ts";
import { NoteForm } from "./note-form.tsx";

interface NoteCardProps {
  note: Note;
  mayWrite: boolean;
  /** What it is about, where that is not plain from where it stands. */
  about?: ReactNode;
}

/** One note: who wrote it when, what it says, and the ways to change it and to take it away. */
export function NoteCard({ note, mayWrite, about }: NoteCardProps) {
  const { id } = useRun();
  const [isChanging, setChanging] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string>();
  if (isChanging)
    return (
      <li className="note-card">
        <NoteForm target={{}} note={note} onClose={() => setChanging(false)} />
      </li>
    );
  async function takeAway(): Promise<void> {
    try {
      await sendCommand(server, writeNote, id, { note_id: note.note_id, text: "" });
      await queryClient.invalidateQueries({ queryKey: noteQueries.all(id).queryKey });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  }
  return (
    <li className="note-card">
      <header>
        {about}
        <span className="count">
          {note.author !== undefined && `${note.author}, `}
          {formatMoment(note.time)}
        </span>
        <span className="spacer" />
        {mayWrite && !isAsking && (
          <>
            <button type="button" className="link" onClick={() => setChanging(true)}>
              Change
            </button>
            <button type="button" className="link" onClick={() => setAsking(true)}>
              Take away
            </button>
          </>
        )}
        {isAsking && (
          <>
            <button type="button" className="link" onClick={() => void takeAway()}>
              Yes, take it away
            </button>
            <button type="button" className="link" onClick={() => setAsking(false)}>
              Keep it
            </button>
          </>
        )}
      </header>
      <LongText text={note.text} label="the note" />
      {problem !== undefined && (
        <p className="note-problem" role="alert">
          {problem}
        </p>
      )}
    </li>
  );
}
