export { phasesOf } from "./phases.ts";
export { RunVariables } from "./run-variables.ts";
