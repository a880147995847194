export type { ActionRule, TurnAction } from "./action-rule.ts";
export { type AgentSeed, BaseEngine, type EngineSetup } from "./base-engine.ts";
export { alsoBecauseOf } from "./causes.ts";
export type { RuleOptions } from "./engine-run.ts";
export { type EngineInside, INSIDE, type Shown, type TurnChange } from "./inside.ts";
export { ActionRefused, isActionRefused, type RefusedBy, warnOfRefusal } from "./refusal.ts";
export type { ObserveWrite } from "./state-recorder.ts";
