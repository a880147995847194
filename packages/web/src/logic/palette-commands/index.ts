export type { PaletteGroup, PaletteItem, PaletteSource } from "./palette-item.ts";
export { once, ranked } from "./ranked.ts";
export { type TypedPlace, typedPlace } from "./typed-place.ts";
export { type ViewCommand, viewCommands } from "./view-commands.ts";
