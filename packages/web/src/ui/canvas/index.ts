export { type CanvasTheme, readCanvasTheme } from "./canvas-theme.ts";
export { type OverviewScene, paintOverview } from "./paint-overview.ts";
export { prepareCanvas } from "./prepare-canvas.ts";
