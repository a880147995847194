import type { Note } from "@llm-sim/api";

/** What a note is about: an event, a turn, or, with neither, the run. */
export interface NoteTarget {
  event_id?: string | undefined;
  turn?: number | undefined;
}

/** The notes about just that: an event's are not its turn's. */
export function notesAbout(notes: readonly Note[], { event_id, turn }: NoteTarget): Note[] {
  return notes.filter((note) =>
    event_id === undefined ? note.event_id === undefined && note.turn === turn : note.event_id === event_id,
  );
}

/** The texts about each event, for its row in the list. */
export function textsByEvent(notes: readonly Note[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const { event_id, text } of notes) {
    if (event_id === undefined) continue;
    const before = texts.get(event_id);
    texts.set(event_id, before === undefined ? text : `${before}\n\n${text}`);
  }
  return texts;
}

/** In the order of the run: those about it as a whole first, then by turn, then as they were written. */
export function inOrder(notes: readonly Note[]): Note[] {
  return notes.toSorted((one, other) => (one.turn ?? -1) - (other.turn ?? -1));
}

/** What is sent to be written; nothing where there is no word in it. */
export function draftOf(text: string, author: string): { text: string; author?: string } | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const name = author.trim();
  return { text: trimmed, ...(name !== "" && { author: name }) };
}
