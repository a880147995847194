import type { EventHandle } from "@llm-sim/events";
import { StateFold } from "@llm-sim/events/state";
import type { LastWrites } from "../observation/index.ts";
import type { RunningAgent } from "../roster/index.ts";
import type { EmitScope, RunStream } from "../run-stream.ts";
import type { Outcome, VariableChange } from "../world/index.ts";

/** Is told of a change, and of the event that wrote it or, where that is not recorded, what stands for it. */
export type ObserveWrite = (change: VariableChange, write: EventHandle) => void;

/** Is told what happens in a run, recorded or not. */
export interface RunObserver {
  wrote?: ObserveWrite | undefined;
  /** An action was not done. @param error_type as the event of it says */
  refused?: (action: { agent_id: string; action_type: string }, reason: string, error_type: string) => void;
  /** Something the engine asked was not answered. */
  unanswered?: (error_type: string, reason: string) => void;
}

/** Turns changes of the state into STATE events, and keeps what follows from them: last writes and the state's hash. */
export class StateRecorder {
  readonly #stream: Pick<RunStream, "records" | "isUneventful">;
  /** Where nothing is recorded, nothing is kept. */
  readonly #writes: LastWrites | undefined;
  readonly #fold: StateFold | undefined;
  readonly #observe: ObserveWrite | undefined;

  constructor(
    stream: Pick<RunStream, "records" | "isUneventful">,
    writes: LastWrites | undefined,
    observe: ObserveWrite | undefined,
  ) {
    this.#stream = stream;
    this.#writes = writes;
    this.#fold = stream.records("STATE") ? new StateFold() : undefined;
    this.#observe = observe;
  }

  /** Emits the first state. */
  begin(everything: readonly VariableChange[], scope: EmitScope): void {
    const writes = this.#emit(everything, scope);
    if (this.#stream.isUneventful) this.#writes?.recordVariables(everything, writes);
    else this.#writes?.begin(everything, writes);
  }

  /** Goes on with a state that is on record. */
  goOn(everything: readonly VariableChange[]): void {
    for (const { agent_id, variable_name, new_value } of everything)
      this.#fold?.apply({ agent_id, variable_name, new_value });
  }

  /** Emits one STATE per change in `scope`, whose cause is the action or the rule that made them. */
  record({ changes, assigned }: Outcome, scope: EmitScope): void {
    const writes = this.#emit(changes, scope);
    if (!this.#writes) return;
    if (this.#stream.isUneventful) {
      this.#writes.recordVariables(changes, writes);
      return;
    }
    this.#writes.record(changes, writes);
    if (scope.cause && assigned.length > 0) this.#writes.assign(assigned, scope.cause);
  }

  /** An agent's part of the state is on record for the first time: what its code read of it beforehand has its events now. */
  began(running: Pick<RunningAgent, "id" | "beginning"> | undefined): void {
    if (running && this.#writes) running.beginning?.recorded(this.#writes.part(running.id));
  }

  #emit(changes: readonly VariableChange[], scope: EmitScope): EventHandle[] {
    return changes.map((change) => {
      const { agent_id, variable_name, old_value, new_value } = change;
      const write = scope.state(variable_name, { agent_id, old_value, new_value, change: change.change });
      this.#fold?.apply({ agent_id, variable_name, new_value, change: change.change });
      this.#observe?.(change, write);
      return write;
    });
  }

  /** The state's hash, where this run records STATE. */
  hash(): string | undefined {
    return this.#fold?.hash();
  }

  lastWrite(variableName: string, agentId: string | undefined): EventHandle | undefined {
    return this.#writes?.part(agentId).value(variableName);
  }
}
