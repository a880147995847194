import type { EventHandle } from "@llm-sim/events";
import { parentName } from "@llm-sim/events/naming";
import type { VariableChange } from "../world/index.ts";

/** The last writes of one part of the state: the world's, or an agent's. */
export class PartWrites {
  /** Of each variable, come or gone. */
  readonly variables = new Map<string, EventHandle>();
  /** Of each node above variables, when it came or went as a whole; `""` is the part. */
  readonly nodes = new Map<string, EventHandle>();
  /** Of each node, when something came to it or went from right below it. */
  readonly keys = new Map<string, EventHandle>();
}

/** For each variable the event that wrote it last, so that who reads it is caused by that. */
export class LastWrites {
  readonly #parts = new Map<string | undefined, PartWrites>();
  /** When an agent last came or went. */
  #agents: EventHandle | undefined;

  record({ agent_id, variable_name, node }: VariableChange, write: EventHandle): void {
    const part = this.part(agent_id);
    part.variables.set(variable_name, write);
    if (node === undefined) return;
    if (node !== variable_name) part.nodes.set(node, write);
    if (node === "") this.#agents = write;
    else part.keys.set(parentName(node), write);
  }

  /** Of an agent's part, or of the world's (`undefined`). */
  part(agentId: string | undefined): PartWrites {
    let part = this.#parts.get(agentId);
    if (!part) {
      part = new PartWrites();
      this.#parts.set(agentId, part);
    }
    return part;
  }

  get agents(): EventHandle | undefined {
    return this.#agents;
  }
}
