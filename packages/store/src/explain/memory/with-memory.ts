import { isDeepStrictEqual } from "node:util";
import { exactnessOf, type StateAnswer } from "@llm-sim/api";
import type { MemoryAt } from "./memory-at.ts";

/**
 * A state together with what agents remember, where that is known. A hash may vouch for all variables, and nothing for what is
 * remembered: who did not ask for an agent's memory gets the exact state without it, rather than both with a doubt.
 *
 * @param agentId of agents this one alone
 */
export function withMemory(
  state: StateAnswer,
  known: MemoryAt | undefined,
  agentId: string | undefined,
): StateAnswer {
  const { agents: all, gaps: doubts } = state;
  if (agentId === undefined && doubts.length === 0 && known !== undefined && known.gaps.length > 0)
    return state;
  const own = agentId === undefined ? undefined : all[agentId];
  const agents = agentId === undefined ? all : own === undefined ? {} : { [agentId]: own };
  // A reason that holds for both is said once.
  const gaps = [
    ...doubts,
    ...(known?.gaps ?? []).filter((gap) => !doubts.some((one) => isDeepStrictEqual(one, gap))),
  ];
  return {
    ...state,
    agents,
    ...(known && { memory: known.memory }),
    ...exactnessOf(gaps),
  };
}
