export { EXPECTED_TIMEOUT, readDecideTimeout } from "./decide-timeout.ts";
export { defineSimulation, type SimulationDefinition } from "./define-simulation.ts";
export type { BreakHit, RunOptions, RunSummary, TurnProgress } from "./options.ts";
export { SimulationOrchestrator } from "./orchestrator.ts";
export { relativeType } from "./relative-type.ts";
export { isRunError, messageOf, RunError, type RunErrorCode } from "./run-error.ts";
export { checkRunId, nameSlug, newRunId } from "./run-id.ts";
export { runSimulation } from "./run-simulation.ts";
export type { EventSettings, LoadedModule, Simulation, SimulationAgent } from "./simulation.ts";
