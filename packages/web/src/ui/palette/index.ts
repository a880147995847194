export { PaletteButton, PaletteHost } from "./palette-host.tsx";
export { paletteSource } from "./palette-source.ts";
