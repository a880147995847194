export { phasesOf } from "./phases.ts";
export { RunTroubles, ToldTroubles, type Troubles } from "./run-troubles.ts";
export { RunVariables } from "./run-variables.ts";
