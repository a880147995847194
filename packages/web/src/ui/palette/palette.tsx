import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { useEffect, useRef, useState } from "react";
import { formatCount } from "../../logic/format/index.ts";
import {
  type PaletteGroup,
  type PaletteItem,
  type PaletteSource,
  ranked,
} from "../../logic/palette-commands/index.ts";
import { useStore } from "../use-store.ts";
import { globalGroups } from "./global-groups.ts";
import { paletteSource } from "./palette-source.ts";
import "../../styles/palette.css";

/** Milliseconds without a key before the server is asked. */
const TYPED = 160;
/** Of each group, before anything is typed and after. */
const [FEW, MORE] = [5, 8];

/** Everything that can be gone to or done, narrowed by what is typed. */
export function Palette({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const load = useStore(paletteSource);
  const [text, setText] = useState("");
  const [source, setSource] = useState<PaletteSource>();
  const everywhere = useEverywhere();
  const found = useFound(source, text);

  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  useEffect(() => {
    let gone = false;
    void load?.().then((loaded) => {
      if (!gone) setSource(loaded);
    });
    return () => {
      gone = true;
    };
  }, [load]);

  const typed = text.trim() !== "";
  const own = source?.groups() ?? [];
  const shown = [
    ...found.groups.map((group) => ({ ...group, more: 0 })),
    ...ranked([...own, ...everywhere], text, typed ? MORE : FEW),
  ];
  function take(item: PaletteItem): void {
    onClose();
    // What it does may move the focus: only once this has given it back.
    setTimeout(item.run);
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside it closes it, as Escape does by itself
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Find anything"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <Command label="Find anything" shouldFilter={false} loop>
        <Command.Input
          autoFocus
          value={text}
          onValueChange={setText}
          placeholder="Agent, variable, turn, event, run or command"
        />
        <Command.List label="Found">
          {shown.length === 0 && (
            <Command.Empty>{found.isAsking ? "Looking …" : `Nothing is called “${text}”`}</Command.Empty>
          )}
          {shown.map(({ heading, items, more }) => (
            <Command.Group key={heading} heading={heading}>
              {items.map((item) => (
                <Command.Item key={item.id} value={item.id} onSelect={() => take(item)}>
                  <bdi className="palette-label">{item.label}</bdi>
                  {item.hint && <span className="count">{item.hint}</span>}
                  {item.keys && <kbd>{item.keys}</kbd>}
                </Command.Item>
              ))}
              {more > 0 && <p className="palette-more">{formatCount(more)} more; type to narrow</p>}
            </Command.Group>
          ))}
        </Command.List>
        <p className="sr-only" role="status">
          {found.isAsking ? "Looking" : `${shown.reduce((sum, { items }) => sum + items.length, 0)} found`}
        </p>
      </Command>
    </dialog>
  );
}

/** Runs, and what every page can do. */
function useEverywhere(): readonly PaletteGroup[] {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [groups, setGroups] = useState<readonly PaletteGroup[]>([]);
  useEffect(() => {
    let gone = false;
    const go = (path: string) => void navigate({ to: path });
    void globalGroups(client, go).then((all) => {
      if (!gone) setGroups(all);
    });
    return () => {
      gone = true;
    };
  }, [client, navigate]);
  return groups;
}

/** What the page finds for a text, the question before it being given up. */
function useFound(
  source: PaletteSource | undefined,
  text: string,
): { groups: readonly PaletteGroup[]; isAsking: boolean } {
  const [found, setFound] = useState<{ of: string; groups: readonly PaletteGroup[] }>({ of: "", groups: [] });
  const asked = text.trim();
  useEffect(() => {
    if (!source || asked === "") return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      void source
        .search(asked, abort.signal)
        .catch(() => []) // the banner says where the server is away
        .then((groups) => {
          if (!abort.signal.aborted) setFound({ of: asked, groups });
        });
    }, TYPED);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [source, asked]);
  const isCurrent = found.of === asked;
  return {
    groups: asked !== "" && isCurrent ? found.groups : [],
    isAsking: asked !== "" && source !== undefined && !isCurrent,
  };
}
