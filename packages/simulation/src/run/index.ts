// How an action goes through a turn. An agent returns it as a ProposedAction, of which most may be left out. When the decision is
// recorded it is copied to an Action (agent/), which says whose it is and shares nothing with what the agent keeps: what validators
// look at and what effects do, its payload then as the action's schema gives it. What passes review becomes a TurnAction (engine/):
// an Action, and its causes, which are the decision and what the validator read. The engine's `combine` takes and makes these,
// and doing one is its ACTION on record.
export type { AlongLog } from "./along-log.ts";
export { EXPECTED_TIMEOUT, readDecideTimeout } from "./decide-timeout.ts";
export { defineSimulation, type SimulationDefinition } from "./define-simulation.ts";
export type {
  BreakHit,
  RunOptions,
  RunResult,
  SimulationChange,
  SkippedTurns,
  TurnProgress,
} from "./options.ts";
export { SimulationOrchestrator } from "./orchestrator.ts";
export { sharedFolder } from "./output-folder.ts";
export { type Prompt, promptsOf } from "./prompts.ts";
export { recordedConfig, relativeType } from "./provenance.ts";
export { isRunError, messageOf, RunError, type RunErrorCode } from "./run-error.ts";
export { checkRunId, nameSlug, newRunId } from "./run-id.ts";
export { runSimulation } from "./run-simulation.ts";
export type { EventSettings, LoadedModule, Simulation, SimulationAgent } from "./simulation.ts";
