export type { Agent, AgentContext, AgentSetup, DecideFunction } from "./agent.ts";
export {
  type Decision,
  type ProposedAction,
  type ReceivedAction,
  type ReceivedDecision,
  receiveDecision,
  UNDECIDED,
} from "./decision.ts";
export { declaredSchema, type StaticSchema } from "./declared-schema.ts";
export { type AgentType, isAgentType, makeAgent } from "./make-agent.ts";
export { Memory, type OpenMemory } from "./memory.ts";
export { declaredMemory, leastKnown, memoryKindOf, remembersUnseen } from "./memory-kind.ts";
