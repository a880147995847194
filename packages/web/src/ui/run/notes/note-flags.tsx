import type { Note } from "@llm-sim/api";
import { useMemo } from "react";
import { plural } from "../../../logic/format/index.ts";
import { noteFlags } from "../../../logic/notes/index.ts";
import { Icon } from "../../parts/index.ts";
import { useRun, useView } from "../session.ts";
import { useNotes } from "./use-notes.ts";

/** Where in the run there are notes, over the strip of the whole run; each leads there. */
export function NoteFlags() {
  const { view, playback, domains } = useRun();
  const axis = useView((one) => one.axis);
  const notes = useNotes();
  const flags = useMemo(() => noteFlags(notes, axis, domains[axis]), [notes, axis, domains]);
  function go({ event_id: eventId, turn = 0 }: Note): void {
    playback.stop();
    if (eventId === undefined) view.set({ playhead: { turn }, selected: undefined, follow: false });
    else view.set({ selected: eventId, inspector: "event", playhead: { turn, eventId }, follow: false });
  }
  return flags.map(({ share, notes: own }) => {
    const [first] = own;
    const texts = own.map(({ text }) => text).join("\n\n");
    const name = `${plural(own.length, "note")}${first.turn === undefined ? "" : ` at turn ${first.turn}`}`;
    return (
      <button
        key={first.note_id}
        type="button"
        className="note-flag"
        style={{ left: `calc(var(--gutter) + ${share} * (100% - var(--gutter)))` }}
        title={texts}
        aria-label={`${name}: ${texts}`}
        onClick={() => go(first)}
      >
        <Icon name="flag" />
      </button>
    );
  });
}
