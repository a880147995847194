import { didYouMean } from "@llm-sim/events/naming";
import type { Intervention } from "@llm-sim/events/run";
import { decisionProblem, type ReceivedDecision, receiveDecision } from "../agent/index.ts";
import type { Roster } from "../roster/index.ts";
import { isPlainObject } from "../world/index.ts";
import { InterventionError } from "./intervention-error.ts";

const EXPECTED = "expected { decision_type, actions?: [{ action_type, payload? }] }, or the list of actions";

/**
 * What an agent decides instead of what it came to.
 *
 * @param given a decision, or its actions alone
 * @param before what it came to, whose type it has where it says none
 */
export function decidedInstead(
  agentId: string,
  given: unknown,
  before: ReceivedDecision["decision"] | undefined,
): ReceivedDecision {
  return receiveDecision(agentId, wholeDecision(given, before?.decision_type));
}

/** As `details.intervention` keeps what an agent came to. */
export function recordOf({ decision, actions }: ReceivedDecision): object {
  if (actions.length === 0) return decision;
  return {
    ...decision,
    actions: actions.map(({ action: { agent_id: _, place: __, ...action } }) => action),
  };
}

/**
 * Looks whether decisions can be replaced.
 *
 * @throws InterventionError where an agent is not there, or what it is to decide is no decision
 */
export function checkDecisions(
  decide: NonNullable<Intervention["decide"]>,
  { roster, turn }: { roster: Roster; turn: number },
): void {
  const given = new Set<string>();
  for (const { agent_id: id, decision } of decide) {
    const name = JSON.stringify(id);
    if (given.has(id))
      throw new InterventionError(`Two decisions are given for ${name}: leave one of them out`);
    given.add(id);
    if (roster.hasGone(id))
      throw new InterventionError(`The agent ${name} has gone by turn ${turn}: it decides nothing any more`);
    const running = roster.get(id);
    if (!running) {
      const names = roster.all.map((agent) => agent.id);
      throw new InterventionError(
        `There is no agent ${name} at the start of turn ${turn}${didYouMean(id, names)}`,
      );
    }
    const problem = decisionProblem(wholeDecision(decision, undefined));
    if (problem !== undefined)
      throw new InterventionError(`What ${name} is to decide is no decision (${problem}); ${EXPECTED}`);
  }
}

function wholeDecision(given: unknown, type = "intervention"): unknown {
  const decision = Array.isArray(given) ? { actions: given } : given;
  return isPlainObject(decision) ? { decision_type: type, ...decision } : decision;
}
