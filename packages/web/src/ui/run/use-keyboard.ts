import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { goToMoment } from "./condition/index.ts";
import { printRun } from "./print/index.ts";
import type { RunSession } from "./session.ts";
import { stepEvent, stepPlayhead } from "./step-playhead.ts";

/** Keys that work wherever the focus is, but where it types. */
export function useKeyboard(session: RunSession): void {
  const client = useQueryClient();
  useEffect(() => {
    function press(event: KeyboardEvent): void {
      if ((event.ctrlKey || event.metaKey) && event.key === "p" && !event.shiftKey && !event.altKey) {
        event.preventDefault();
        void printRun(session);
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target instanceof HTMLElement ? event.target : undefined;
      const typing = target?.matches("input, textarea, select, [contenteditable]");
      if (event.key === "/" && !typing) {
        event.preventDefault();
        session.places.filterText.current?.focus();
        return;
      }
      if (typing || (event.key === " " && target?.matches("button, a, summary"))) return;
      const { view, playback, places } = session;
      if (event.key === " ") playback.toggle();
      else if (event.key === ".") void stepPlayhead(session, 1);
      else if (event.key === ",") void stepPlayhead(session, -1);
      else if (event.key === "j") void stepEvent(session, client, 1);
      else if (event.key === "k") void stepEvent(session, client, -1);
      else if (event.key === "n") void goToMoment(session, client, 1);
      else if (event.key === "p") void goToMoment(session, client, -1);
      else if (event.key === "g") places.goToTurn.current?.();
      else if (event.key === "c") places.condition.current?.focus();
      else if (event.key === "?") places.keys.current?.();
      else if (event.key === "Escape" && view.get().maximised) view.set({ maximised: undefined });
      else if (event.key === "Escape" && view.get().selected !== undefined) view.set({ selected: undefined });
      else return;
      event.preventDefault();
    }
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [session, client]);
}
