import { lazy, Suspense, useEffect } from "react";
import { Icon } from "../parts/index.ts";
import { loadPart } from "../session/index.ts";
import { useStore } from "../use-store.ts";
import { paletteOpen } from "./palette-source.ts";

// Nobody needs it at first.
const Palette = lazy(async () => ({ default: (await loadPart(() => import("./palette.tsx"))).Palette }));

/** On every page: Ctrl-K or Cmd-K opens the palette. */
export function PaletteHost() {
  const open = useStore(paletteOpen);
  useEffect(() => {
    function press(event: KeyboardEvent): void {
      if (
        event.key.toLowerCase() !== "k" ||
        !(event.ctrlKey || event.metaKey) ||
        event.altKey ||
        event.shiftKey
      )
        return;
      event.preventDefault();
      paletteOpen.set(!paletteOpen.get());
    }
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
  return open ? (
    <Suspense fallback={null}>
      <Palette onClose={() => paletteOpen.set(false)} />
    </Suspense>
  ) : null;
}

/** The same for who has no keys. */
export function PaletteButton() {
  return (
    <button
      type="button"
      className="button icon-button quiet"
      title="Find agents, variables, events, runs and commands (Ctrl K)"
      aria-label="Find anything"
      aria-keyshortcuts="Control+K Meta+K"
      onClick={() => paletteOpen.set(true)}
    >
      <Icon name="search" />
    </button>
  );
}
