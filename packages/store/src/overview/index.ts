export { phasesOf } from "./phases.ts";
export { RunTroubles, type Troubles } from "./run-troubles.ts";
export { RunVariables } from "./run-variables.ts";
