import type { PaletteSource } from "../../logic/palette-commands/index.ts";
import { createStore } from "../../logic/store/index.ts";

/** Loads what the page that is open gives the palette; `undefined` where it gives nothing of its own. */
export const paletteSource = createStore<(() => Promise<PaletteSource>) | undefined>(undefined);

/** Whether the palette is open. */
export const paletteOpen = createStore(false);
