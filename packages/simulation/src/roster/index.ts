export { AgentTypes } from "./agent-types.ts";
export { Comings } from "./comings.ts";
export type { Newcomer } from "./newcomer.ts";
export { Roster, type RosterChange } from "./roster.ts";
export type { RunningAgent } from "./running-agent.ts";
