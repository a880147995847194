import { EventHandle, type StreamStats } from "@llm-sim/events";
import type { EmitTurn, RunStream } from "./run-stream.ts";

/** Stands for nothing: an event caused by it has no cause from it. */
const NOTHING = new EventHandle(undefined, 0);
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
