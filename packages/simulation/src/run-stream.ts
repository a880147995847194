import {
  type Causes,
  type CloseOptions,
  type CommonFields,
  EventHandle,
  type EventStream,
  type Scope,
  type StreamStats,
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
  /** Where model calls go; without it they are on no tape. */
  readonly tape?: (Pick<EventStream["tape"], "append"> & { readonly bytes?: number }) | undefined;
  close(options?: CloseOptions): Promise<void>;
}

const NOTHING = EventHandle.none;
const NO_STATS: StreamStats = {
  emitted: 0,
  written: 0,
  dropped: 0,
  suppressed: 0,
  pending: 0,
  bytes: 0,
  segments: 0,
  by_type: { MILESTONE: 0, DECISION: 0, ACTION: 0, STATE: 0, DETAIL: 0, SYSTEM: 0 },
};

const turn: EmitTurn = {
  cause: NOTHING,
  decision: () => NOTHING,
  action: () => NOTHING,
  state: () => NOTHING,
  detail: () => NOTHING,
  system: () => NOTHING,
  phase: () => NOTHING,
  because: (_, body) => body(turn),
  end: () => NOTHING,
};

/** Records nothing: the simulation alone, to measure what recording costs. */
export function nullStream(simulationId: string): RunStream {
  return {
    ...turn,
    directory: undefined,
    simulationId,
    records: () => false,
    isUneventful: true,
    startTurn: () => turn,
    flush: async () => {},
    stats: () => NO_STATS,
    close: async () => {},
  };
}
