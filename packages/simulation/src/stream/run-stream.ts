import type {
  Causes,
  CloseOptions,
  CommonFields,
  EventHandle,
  EventStream,
  Scope,
  StreamStats,
} from "@llm-sim/events";
import type { EventType } from "@llm-sim/events/schema";

/** Emits with a cause: what `Scope` of @llm-sim/events offers, as a port. */
export interface EmitScope
  extends Pick<Scope, "cause" | "decision" | "action" | "state" | "detail" | "system" | "phase"> {
  because<T>(cause: Causes, body: (scope: EmitScope) => T): T;
}

export interface EmitTurn extends EmitScope {
  end(fields?: CommonFields): EventHandle;
}

/** What a simulation needs of a stream; an `EventStream` is one. */
export interface RunStream extends EmitScope, Pick<EventStream, "directory" | "simulationId"> {
  records(kind: EventType): boolean;
  readonly isUneventful: boolean;
  startTurn(turn: number, fields?: CommonFields): EmitTurn;
  flush(): Promise<void>;
  stats(): StreamStats;
  /** What is not in the log, once the stream is closed. */
  readonly loss?: EventStream["loss"];
  close(options?: CloseOptions): Promise<void>;
}
