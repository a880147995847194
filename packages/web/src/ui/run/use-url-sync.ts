import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import {
  historyStep,
  sameParameters,
  type ViewParameters,
  type ViewStore,
  writeRunView,
} from "../../logic/view/index.ts";

/** Browsers refuse more than some 200 changes of the address in 10 s: a playing or panned page waits this long, in milliseconds. */
const SETTLED = 200;

/** Keeps the address and the view the same, whichever of the two changes. */
export function useUrlSync(view: ViewStore): void {
  const search = useSearch({ from: "/runs/$runId" });
  const navigate = useNavigate({ from: "/runs/$runId" });
  const written = useRef<ViewParameters>(writeRunView(view.get()));

  useEffect(() => {
    if (sameParameters(search, written.current)) return;
    view.read(search);
    written.current = writeRunView(view.get());
  }, [search, view]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    function write(): void {
      timer = undefined;
      const next = writeRunView(view.get());
      if (sameParameters(next, written.current)) return;
      const replace = historyStep(written.current, next) === "replace";
      written.current = next;
      // Its own state in the address: whoever reads on must not be taken to the top.
      void navigate({ search: next, replace, resetScroll: false });
    }
    const stop = view.subscribe(() => {
      timer ??= setTimeout(write, SETTLED);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [view, navigate]);
}
