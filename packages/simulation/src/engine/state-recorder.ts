import type { EventHandle } from "@llm-sim/events";
import type { KnownAgents } from "@llm-sim/events/naming";
import { StateFold } from "@llm-sim/events/state";
import { LastWrites } from "../observation/index.ts";
import type { EmitScope, RunStream } from "../stream/index.ts";
import type { VariableChange } from "../world/index.ts";
import { changeText } from "./change-text.ts";

/** Is told of a change, and of the event that wrote it or, where that is not recorded, what stands for it. */
export type ObserveWrite = (change: VariableChange, write: EventHandle) => void;

/** Is told what happens in a run, recorded or not. */
export interface RunObserver {
  wrote?: ObserveWrite;
  /** An action was not done. */
  refused?: (action: { agent_id: string; action_type: string }, reason: string) => void;
}

/** Turns changes of the state into STATE events, and keeps what follows from them: last writes and the state's hash. */
export class StateRecorder {
  readonly writes = new LastWrites();
  readonly #fold: StateFold | undefined;
  /** Who has had variables: so are they named in words. */
  readonly #agents = new Set<string>();
  readonly #observe: ObserveWrite | undefined;

  constructor(stream: Pick<RunStream, "records">, observe?: ObserveWrite) {
    this.#fold = stream.records("STATE") ? new StateFold() : undefined;
    this.#observe = observe;
  }

  /** Emits one STATE per change in `scope`; `rule` names the engine's rule that made them, where one did. */
  record(changes: readonly VariableChange[], scope: EmitScope, rule?: string): void {
    for (const change of changes) {
      const { agent_id, variable_name, old_value, new_value } = change;
      if (agent_id !== undefined) this.#agents.add(agent_id);
      const note = rule !== undefined && this.#fold ? explained(change, rule, this.#agents) : undefined;
      const write = scope.state(variable_name, {
        agent_id,
        old_value,
        new_value,
        change: change.change,
        description: note?.description,
        details: note?.details,
      });
      this.writes.record(change, write);
      this.#fold?.apply({ agent_id, variable_name, new_value, change: change.change });
      this.#observe?.(change, write);
    }
  }

  /** The state's hash, where this run records STATE. */
  hash(): string | undefined {
    return this.#fold?.hash();
  }

  lastWrite(variableName: string, agentId: string | undefined): EventHandle | undefined {
    return this.writes.part(agentId).variables.get(variableName);
  }
}

/** Above DETAIL the rule has no event of its own, so its changes say which rule made them. */
function explained(
  change: VariableChange,
  rule: string,
  agents: KnownAgents,
): { description: string; details: { rule: string } } {
  return { description: `${changeText(change, agents)} (${rule})`, details: { rule } };
}
