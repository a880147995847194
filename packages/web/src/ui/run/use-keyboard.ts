import { useEffect } from "react";
import type { RunSession } from "./session.ts";
import { stepPlayhead } from "./step-playhead.ts";

/** Keys that work wherever the focus is, but where it types. */
export function useKeyboard(session: RunSession): void {
  useEffect(() => {
    function press(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target instanceof HTMLElement ? event.target : undefined;
      const typing = target?.matches("input, textarea, select, [contenteditable]");
      if (event.key === "/" && !typing) {
        event.preventDefault();
        session.places.filterText.current?.focus();
        return;
      }
      if (typing || (event.key === " " && target?.matches("button, a, summary"))) return;
      const { view, playback } = session;
      if (event.key === " ") playback.toggle();
      else if (event.key === ".") void stepPlayhead(session, 1);
      else if (event.key === ",") void stepPlayhead(session, -1);
      else if (event.key === "Escape" && view.get().maximised) view.set({ maximised: undefined });
      else if (event.key === "Escape" && view.get().selected !== undefined) view.set({ selected: undefined });
      else return;
      event.preventDefault();
    }
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [session]);
}
