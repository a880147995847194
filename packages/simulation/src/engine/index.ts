export type { ActionRule, AppliedAction, TurnAction } from "./action-rule.ts";
export { type AgentSeed, BaseEngine, type EngineSetup } from "./base-engine.ts";
export type { RuleOptions } from "./engine-run.ts";
export { ActionRefused, isActionRefused, warnOfRefusal } from "./refusal.ts";
