import { once } from "node:events";
import type { SearchProgress } from "@llm-sim/api";
import type { ParsedCriteria, Run, StreamedEvent } from "@llm-sim/store";
import { eventFrame } from "./frame.ts";
import type { SseReply } from "./sse-reply.ts";

/** Milliseconds between two messages that say how far the search has come. */
const TELL_EVERY = 100;

interface Asked {
  criteria: ParsedCriteria;
  /** So many hits are sent whole. */
  hits: number;
  signal: AbortSignal;
}

/** Sends hits as they are found, and how far the search has come; what waits for a slow client is a page at most. */
export async function sendSearch(sse: SseReply, run: Run, { criteria, hits, signal }: Asked): Promise<void> {
  let waiting: StreamedEvent[] = [];
  let latest: SearchProgress | undefined;
  // Where the log turns out to be another meanwhile, the search begins anew.
  const sent = new Set<string>();
  const searching = run.ask((asked) =>
    asked.search(criteria, {
      signal,
      hits,
      onProgress: ({ events, ...progress }) => {
        for (const event of events) {
          if (sent.has(event.event_id)) continue;
          sent.add(event.event_id);
          waiting.push(event);
        }
        latest = progress;
      },
    }),
  );
  const tell = async (): Promise<void> => {
    const events = waiting;
    waiting = [];
    for (const event of events)
      if (!sse.raw.write(eventFrame(event))) await once(sse.raw, "drain", { signal: sse.ended });
    if (latest === undefined) return;
    const progress = latest;
    latest = undefined;
    await sse.send("progress", progress);
  };
  const over = searching.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([over, pause(TELL_EVERY)]))) await tell();
  const { answer } = await searching;
  await tell();
  await sse.send("end", answer);
}

function pause(milliseconds: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), milliseconds));
}
