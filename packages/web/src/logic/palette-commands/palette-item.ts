/** One line of the palette. */
export interface PaletteItem {
  /** Unique among all. */
  id: string;
  label: string;
  /** In a weaker tone behind it: what kind of thing it is, what is done with it. */
  hint?: string | undefined;
  /** The key that does the same. */
  keys?: string | undefined;
  /** Found by these, too. */
  words?: string | undefined;
  run: () => void;
}

export interface PaletteGroup {
  heading: string;
  items: readonly PaletteItem[];
}

/** What a page gives the palette. */
export interface PaletteSource {
  /** What there is at once; it is narrowed by what is typed. */
  groups: () => readonly PaletteGroup[];
  /** What has to be asked for, for what is typed: found already, and not narrowed. */
  search: (text: string, signal: AbortSignal) => Promise<readonly PaletteGroup[]>;
}
