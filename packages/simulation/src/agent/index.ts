export type {
  Agent,
  AgentContext,
  AgentSetup,
  DecideFunction,
  OfferedAction,
  OfferedActions,
} from "./agent.ts";
export type { Beginning } from "./beginning.ts";
export {
  type Action,
  type Decision,
  decisionProblem,
  type ProposedAction,
  type ReceivedDecision,
  receiveDecision,
  UNDECIDED,
} from "./decision.ts";
export { declaredSchema, type StaticSchema } from "./declared-schema.ts";
export { type AgentType, beginningOf, isAgentType, makeAgent } from "./make-agent.ts";
export { Memory, type OpenMemory, type WrittenMemory } from "./memory.ts";
export { declaredMemory, leastKnown, memoryKindOf, remembersUnseen } from "./memory-kind.ts";
export { isParamsError, ParamsError } from "./params-error.ts";
