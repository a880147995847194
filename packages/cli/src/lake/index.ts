// What the command line does with a lake.
export { loadLake } from "./load-lake.ts";
export { ShipBeside } from "./ship-beside.ts";
export { ShipBoard } from "./ship-board.ts";
export type { LeftRun } from "./ship-message.ts";
