export { installTurns } from "./install.ts";
export { Turns } from "./turns.ts";
