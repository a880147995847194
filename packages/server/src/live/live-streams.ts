import { pipeline } from "node:stream/promises";
import type { ParsedSubscription, Run } from "@llm-sim/store";
import type { FastifyReply } from "fastify";
import { ApiError, toApiError } from "../errors/index.ts";
import { MAX_STREAMS, STALLED_CLIENT_GRACE } from "../limits.ts";
import { letGoWhenStalled } from "../memory/index.ts";
import { eventFrames } from "./frame.ts";
import { SseReply } from "./sse-reply.ts";

/** The streams that are open: each ends when its run is over, when its client goes, or when the server stops. */
export class LiveStreams {
  readonly #open = new Map<AbortController, SseReply>();
  #stopped = false;

  /**
   * Sends a run's events over `reply` until the stream ends. A slow client slows its own subscription down: besides the
   * socket's buffers, it is one event and what Node holds back (16 KB) that waits for it. (Ten clients that read
   * nothing of 80 MB cost 970 MB where each event is written without waiting.)
   */
  async serve(
    reply: FastifyReply,
    run: Run,
    subscription: Omit<ParsedSubscription, "signal">,
  ): Promise<void> {
    if (this.#open.size >= MAX_STREAMS) {
      throw new ApiError(
        "TOO_MANY_STREAMS",
        `${MAX_STREAMS} streams are open already: close one, or page through the events.`,
      );
    }
    const stop = new AbortController();
    const sse = new SseReply(reply);
    sse.ended.addEventListener("abort", () => stop.abort());
    letGoWhenStalled(sse.raw);
    this.#open.set(stop, sse);
    try {
      if (sse.ended.aborted || this.#stopped) return;
      const events = run.follow({ ...subscription, signal: stop.signal });
      await pipeline(eventFrames(events), sse.raw, { end: false });
      if (!stop.signal.aborted) {
        const { status } = await run.summary();
        await sse.send("end", { simulation_id: run.id, status });
      }
    } catch (error) {
      // The client went: nobody is left to be told.
      if (sse.ended.aborted || sse.raw.destroyed) return;
      reply.log.error({ err: error, simulation_id: run.id }, "A stream broke off");
      await sse.send("failure", toApiError(error));
    } finally {
      sse.end();
      this.#open.delete(stop);
    }
  }

  /** Ends every stream without `event: end`, so that clients come again with the last id they saw. */
  stop(): void {
    this.#stopped = true;
    const open = [...this.#open];
    for (const [controller] of open) controller.abort();
    setTimeout(() => {
      for (const [controller, sse] of open) if (this.#open.has(controller)) sse.raw.destroy();
    }, STALLED_CLIENT_GRACE).unref();
  }
}
