export { LogCurves } from "./log-curves.ts";
export { phasesOf } from "./phases.ts";
export { RunTroubles, ToldTroubles, type Troubles } from "./run-troubles.ts";
export { RunVariables, variablesInLog, variablesInSummary } from "./run-variables.ts";
