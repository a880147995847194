import type { ActionEvent, JsonValue } from "@llm-sim/events/schema";

/** How deep payloads are looked into. */
const MAX_DEPTH = 4;

/** Whom an action names besides its own agent: as taking part (`true`), or in its payload alone (`false`). */
export function partnersOf(
  { agent_id, action_payload, participating_agent_ids = [] }: ActionEvent,
  isAgent: (text: string) => boolean,
): Map<string, boolean> {
  const partners = new Map<string, boolean>();
  for (const text of textsIn(action_payload, MAX_DEPTH)) if (isAgent(text)) partners.set(text, false);
  for (const id of participating_agent_ids) partners.set(id, true);
  partners.delete(agent_id);
  return partners;
}

function* textsIn(value: JsonValue, depth: number): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null && depth > 0)
    for (const member of Object.values(value)) yield* textsIn(member, depth - 1);
}
