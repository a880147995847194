export type { MemoryKind } from "@llm-sim/events/run";
export type {
  AnswersUsed,
  CodeChange,
  EventDifference,
  Parting,
  PartingKind,
  Recalled,
  ReplayOptions,
  ReplayReport,
  ResumeOptions,
  ResumeResult,
  Suspect,
  WentOn,
} from "./again/index.ts";
export type {
  Action,
  Agent,
  AgentContext,
  AgentSetup,
  AgentType,
  DecideFunction,
  Decision,
  OfferedAction,
  OfferedActions,
  ProposedAction,
} from "./agent/index.ts";
export { isParamsError, ParamsError } from "./agent/index.ts";
export {
  type Ask,
  AskError,
  type AttemptReport,
  BrokenOff,
  type Call,
  type CallTotals,
  isAskError,
  isBrokenOff,
  isSecret,
  isSecretParameter,
  type LlmSettings,
  llmSchema,
  type Models,
  type ModelsPlan,
  type Question,
  type Reply,
  SECRET,
  type ShownRequest,
} from "./asking/index.ts";
export {
  MarketEngine,
  type MarketView,
  type MarketWorld,
  type Offer,
  type Trader,
  TraderAgent,
} from "./builtin/index.ts";
export { type CanonicalEvent, canonicalLog } from "./canonical/index.ts";
export { type Checkpoint, checkpointSchema, readCheckpoint } from "./checkpoint.ts";
export {
  type CommonConfig,
  ConfigError,
  type ConfigErrorCode,
  type ConfigPath,
  type ConfigProblem,
  type ConfigSource,
  commonConfig,
  describeProblem,
  isConfigError,
  type LlmAgentSettings,
  type LoadOptions,
  llmAgentSchema,
  loadConfig,
  type Override,
  parseAssignment,
  parseSetting,
  readYamlFile,
  type Setting,
  type YamlFile,
} from "./config/index.ts";
export {
  ActionRefused,
  type ActionRule,
  type AgentSeed,
  BaseEngine,
  type EngineSetup,
  isActionRefused,
  type RuleOptions,
  type TurnAction,
} from "./engine/index.ts";
export type { ForkedCalls, ForkOptions, ForkResult } from "./fork/index.ts";
export { InterventionError, isInterventionError, leftOutOf, parseDecision } from "./intervene/index.ts";
export { isObservationError, ObservationError } from "./observation/index.ts";
export { forkRun, replayRun, resumeRun } from "./playing-again.ts";
export { Random } from "./random/index.ts";
export { AgentTypes, type Newcomer } from "./roster/index.ts";
export {
  type BreakHit,
  defineSimulation,
  type EventSettings,
  isRunError,
  type LoadedModule,
  nameSlug,
  newRunId,
  type Prompt,
  promptsOf,
  RunError,
  type RunErrorCode,
  type RunOptions,
  type RunResult,
  recordedConfig,
  runSimulation,
  type Simulation,
  type SimulationAgent,
  type SimulationDefinition,
  SimulationOrchestrator,
  sharedFolder,
  type TurnProgress,
} from "./run/index.ts";
export type { EmitScope, EmitTurn, RunStream } from "./run-stream.ts";
export type { Observes } from "./sight/index.ts";
export {
  BasicValidator,
  type ValidationContext,
  type Validator,
  type ValidatorSetup,
} from "./validator/index.ts";
export {
  type Declaration,
  type Declarations,
  isStateVariableError,
  StateVariableError,
} from "./variables/index.ts";
export { isStateError, StateError, type World } from "./world/index.ts";
