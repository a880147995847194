import type { Note } from "@llm-sim/api";
import { writeNote } from "@llm-sim/api";
import { useId, useState } from "react";
import { sendCommand } from "../../../logic/api/index.ts";
import { draftOf, type NoteTarget } from "../../../logic/notes/index.ts";
import { useFirstFocus } from "../../parts/index.ts";
import { noteQueries } from "../../queries/index.ts";
import { queryClient, server } from "../../session/index.ts";
import { useRun } from "../session.ts";

/** Where the name is kept that the last note was written under. */
const AUTHOR = "llm-sim-note-author";
/** Characters that the server takes. */
const MAX_TEXT = 16_384;

interface NoteFormProps {
  target: NoteTarget;
  /** The note that is changed. */
  note?: Note | undefined;
  onClose: () => void;
}

/** Writes a note, or changes one. */
export function NoteForm({ target, note, onClose }: NoteFormProps) {
  const { id } = useRun();
  const [text, setText] = useState(note?.text ?? "");
  const [author, setAuthor] = useState(() => note?.author ?? localStorage.getItem(AUTHOR) ?? "");
  const [problem, setProblem] = useState<string>();
  const [isUnderWay, setUnderWay] = useState(false);
  const first = useFirstFocus<HTMLTextAreaElement>();
  const names = { text: useId(), author: useId(), problem: useId() };

  async function save(): Promise<void> {
    const draft = draftOf(text, author);
    if (draft === undefined) return setProblem("Write something first.");
    setUnderWay(true);
    try {
      await sendCommand(server, writeNote, id, {
        ...target,
        ...draft,
        ...(note && { note_id: note.note_id }),
      });
      localStorage.setItem(AUTHOR, author.trim());
      await queryClient.invalidateQueries({ queryKey: noteQueries.all(id).queryKey });
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setUnderWay(false);
    }
  }

  return (
    <form
      className="note-form"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save();
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <label htmlFor={names.text}>Note</label>
      <textarea
        id={names.text}
        ref={first}
        rows={4}
        maxLength={MAX_TEXT}
        value={text}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : names.problem}
        onChange={({ target: field }) => setText(field.value)}
      />
      <div className="note-form-foot">
        <label htmlFor={names.author}>By</label>
        <input
          id={names.author}
          value={author}
          maxLength={200}
          placeholder="nobody"
          onChange={({ target: field }) => setAuthor(field.value)}
        />
        <button type="submit" className="button button-primary" disabled={isUnderWay}>
          Save
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
      </div>
      {problem !== undefined && (
        <p id={names.problem} className="note-problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}
