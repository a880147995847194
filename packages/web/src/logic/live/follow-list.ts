import type { ApiRequestError, EventCriteria } from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import { type ApiClient, isApiError, pause } from "../api/index.ts";
import type { EventPager } from "../events/index.ts";
import { followRun, isRefusal, type LiveState, RECONNECT_DELAYS } from "./follow-run.ts";

export interface ListToFollow {
  api: ApiClient;
  run: string;
  criteria: EventCriteria;
  pager: EventPager;
}

export interface FollowListOptions {
  onState: (state: LiveState) => void;
  /** The run is over, or cannot be followed for `error`. */
  onEnd: (error?: ApiRequestError) => void;
  batchEvery?: number;
  /** Waits before trying again, in milliseconds; the last is repeated. */
  delays?: readonly number[];
}

/** Events out of their order make the list be asked for anew, at most so often, in milliseconds. */
const RELOAD = 250;

/**
 * Keeps a filtered list the same as the server's while the run is being written, whatever breaks meanwhile: where the
 * list ends is asked first, until it is known, and what is streamed goes on from there. Returns what stops it.
 */
export function followList(
  { api, run, criteria, pager }: ListToFollow,
  { onState, onEnd, delays = RECONNECT_DELAYS, ...pace }: FollowListOptions,
): () => void {
  const stop = new AbortController();
  let reloading: ReturnType<typeof setTimeout> | undefined;

  /** @returns the last event's id; throws what will not pass by waiting */
  async function anchored(): Promise<string | undefined> {
    for (let failures = 0; ; failures++) {
      try {
        return await pager.anchor(stop.signal);
      } catch (error) {
        stop.signal.throwIfAborted();
        if (isRefusal(error)) throw error;
      }
      onState("reconnecting");
      await pause(delays[Math.min(failures, delays.length - 1)] ?? 1000, stop.signal);
    }
  }

  function take(events: readonly Event[]): void {
    if (!pager.append(events))
      reloading ??= setTimeout(() => {
        reloading = undefined;
        pager.reload();
      }, RELOAD);
  }

  async function begin(): Promise<void> {
    const after = await anchored();
    const end = followRun(api, run, {
      ...pace,
      criteria,
      after,
      delays,
      onState,
      onEvents: take,
      onEnd(error) {
        // The log is another than it was: where it ends now is asked again.
        if (isApiError(error, "EVENT_NOT_FOUND")) start();
        else onEnd(error);
      },
    });
    stop.signal.addEventListener("abort", end);
    // It was stopped while the end was asked for.
    if (stop.signal.aborted) end();
  }

  function start(): void {
    onState("connecting");
    begin().catch((error: unknown) => {
      if (stop.signal.aborted) return;
      onState("ended");
      onEnd(isApiError(error) ? error : undefined);
    });
  }

  start();
  return () => {
    clearTimeout(reloading);
    stop.abort();
  };
}
