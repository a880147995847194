import { ApiRequestError, addressOf, type EventCriteria, stream, streamMessages } from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import {
  type ApiClient,
  getResponse,
  isApiError,
  pause,
  readServerSentEvents,
  UNREACHABLE,
} from "../api/index.ts";

export type LiveState = "connecting" | "connected" | "reconnecting" | "ended";

export interface LiveOptions {
  criteria: EventCriteria;
  /** Begin behind this event; without it, at the run's first. */
  after: string | undefined;
  /** Told in batches, at most every `batchEvery` milliseconds: a fast run must not redraw the page for each event. */
  onEvents: (events: Event[]) => void;
  onState: (state: LiveState) => void;
  /** The run is over, or cannot be followed for `error`. */
  onEnd: (error?: ApiRequestError) => void;
  batchEvery?: number;
  /** Waits before reconnecting, in milliseconds; the last is repeated. */
  delays?: readonly number[];
}

const BATCH_EVERY = 200;
/** In milliseconds; the last is repeated. */
export const RECONNECT_DELAYS: readonly number[] = [250, 500, 1000, 2000, 5000];

/** No such run, a wrong filter, no token: that will not pass by waiting. */
export function isRefusal(error: unknown): error is ApiRequestError {
  return isApiError(error) && error.status >= 400 && error.status < 500 && error.status !== 429;
}

/** Follows a run that is being written, over broken connections, every event once. Returns what stops it. */
export function followRun(api: ApiClient, run: string, options: LiveOptions): () => void {
  const stop = new AbortController();
  const batch = createBatch(options.onEvents, options.batchEvery ?? BATCH_EVERY);
  void follow(api, run, options, (event) => batch.add(event), stop.signal)
    .then((error) => {
      if (stop.signal.aborted) return;
      batch.flush();
      options.onState("ended");
      options.onEnd(error);
    })
    .catch(() => {}); // stopped
  return () => {
    stop.abort();
    batch.clear();
  };
}

async function follow(
  api: ApiClient,
  run: string,
  { criteria, after, onState, delays = RECONNECT_DELAYS }: LiveOptions,
  add: (event: Event) => void,
  signal: AbortSignal,
): Promise<ApiRequestError | undefined> {
  let last = after;
  let failures = 0;
  onState("connecting");
  for (;;) {
    try {
      const headers: Record<string, string> = last === undefined ? {} : { "last-event-id": last };
      const connection = { ...api.connection, retryDelays: [] };
      const response = await getResponse(
        connection,
        addressOf(stream, { id: run, ...criteria }),
        "text/event-stream",
        signal,
        headers,
      );
      if (!response.body) throw new ApiRequestError(UNREACHABLE, "The stream has no body.", response.status);
      onState("connected");
      for await (const message of readServerSentEvents(response.body)) {
        failures = 0;
        if (message.event === "end") return undefined;
        if (message.event !== "message") continue;
        const event = streamMessages.message.parse(JSON.parse(message.data));
        last = message.id ?? event.event_id;
        add(event);
      }
    } catch (error) {
      signal.throwIfAborted();
      if (isRefusal(error)) return error;
    }
    onState("reconnecting");
    await pause(delays[Math.min(failures, delays.length - 1)] ?? 1000, signal);
    failures++;
  }
}

function createBatch(deliver: (events: Event[]) => void, every: number) {
  let waiting: Event[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const events = waiting;
    waiting = [];
    if (events.length > 0) deliver(events);
  }
  return {
    add(event: Event): void {
      waiting.push(event);
      timer ??= setTimeout(flush, every);
    },
    flush,
    clear(): void {
      clearTimeout(timer);
      waiting = [];
    },
  };
}
