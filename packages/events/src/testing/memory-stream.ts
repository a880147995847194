import type { EventStream } from "../emit/index.ts";
import { type EventStreamOptions, openEventStream } from "../open/index.ts";
import type { Event } from "../schema/index.ts";
import type { TapeItem } from "../tape/index.ts";
import { MemorySink } from "./memory-sink.ts";

export interface MemoryStream {
  stream: EventStream;
  sink: MemorySink;
  /** What has been recorded so far. */
  events: () => Event[];
  /** What has been appended to its tape so far. */
  tape: () => TapeItem[];
}

/**
 * A stream that leaves its events in memory.
 *
 *     const { stream, events } = await openMemoryStream({ verbosity: "STATE" });
 */
export async function openMemoryStream(options: Partial<EventStreamOptions> = {}): Promise<MemoryStream> {
  const sink = new MemorySink();
  const stream = await openEventStream({ simulationId: "memory", signals: false, ...options, sink });
  return { stream, sink, events: () => sink.events(), tape: () => sink.tape() };
}
