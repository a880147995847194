import type { InteractionsAnswer } from "@llm-sim/api";
import type { ActionEvent } from "@llm-sim/events/schema";

const MAX_TYPES = 100;
const MAX_PARAMETERS = 20;

/** The kinds of actions there are, and which numbers they have. */
export class ActionTypes {
  readonly #types = new Map<string, { count: number; parameters: Set<string> }>();

  add({ action_type, action_payload }: ActionEvent): void {
    const known = this.#types.get(action_type) ?? { count: 0, parameters: new Set<string>() };
    this.#types.set(action_type, known);
    known.count++;
    if (known.parameters.size >= MAX_PARAMETERS) return;
    for (const [name, value] of Object.entries(action_payload))
      if (typeof value === "number" && known.parameters.size < MAX_PARAMETERS) known.parameters.add(name);
  }

  foremost(): InteractionsAnswer["action_types"] {
    const sorted = [...this.#types].sort(
      ([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1),
    );
    return sorted
      .slice(0, MAX_TYPES)
      .map(([action_type, { count, parameters }]) => ({ action_type, count, parameters: [...parameters] }));
  }
}
