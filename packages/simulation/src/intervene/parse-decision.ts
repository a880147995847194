import { asGiven } from "@llm-sim/events/naming";
import { type JsonValue, jsonValueSchema } from "@llm-sim/events/schema";
import { InterventionError } from "./intervention-error.ts";

const EXAMPLE = `alice='{ "decision_type": "wait" }', or the list of actions: alice='[{ "action_type": "buy", "payload": { "amount": 5 } }]'`;

/**
 * Reads `AGENT=JSON`. An agent's name may stand in quotes, as names do elsewhere.
 *
 * @throws InterventionError that says what is wrong, in one line
 */
export function parseDecision(text: string): { agent_id: string; decision: JsonValue } {
  const at = text.search(/=\s*[[{]/);
  if (at < 1) throw new InterventionError(`${asGiven(text)} is no decision of an agent: expected ${EXAMPLE}`);
  const agent_id = withoutQuotes(text.slice(0, at).trim());
  const json = text.slice(at + 1);
  try {
    return { agent_id, decision: jsonValueSchema.parse(JSON.parse(json)) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InterventionError(`What ${agent_id} is to decide is no JSON (${reason}); expected ${EXAMPLE}`, {
      cause,
    });
  }
}

function withoutQuotes(text: string): string {
  if (!/^".*"$/s.test(text)) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
