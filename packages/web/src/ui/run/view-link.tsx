import type { MouseEvent, ReactNode } from "react";
import { DEFAULT_VIEW, type ViewState, writeRunView } from "../../logic/view/index.ts";
import { useRun } from "./session.ts";

interface ViewLinkProps {
  /** What it changes of the view; opened elsewhere, all else is as by default. */
  to: Partial<ViewState>;
  children: ReactNode;
  title?: string | undefined;
  className?: string | undefined;
  /** Done instead, where it stays on the page. */
  onFollow?: (() => void) | undefined;
}

/** To another view of the same run: within the page on a click, and wherever a link can be opened, copied or sent. */
export function ViewLink({ to, children, title, className, onFollow }: ViewLinkProps) {
  const { view, playback } = useRun();
  function follow(event: MouseEvent): void {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    playback.stop();
    if (onFollow) onFollow();
    else view.set(to);
  }
  const query = new URLSearchParams(writeRunView({ ...DEFAULT_VIEW, ...to })).toString();
  return (
    <a href={`?${query}`} className={className} title={title} onClick={follow}>
      {children}
    </a>
  );
}
