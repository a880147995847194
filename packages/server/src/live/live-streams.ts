import { pipeline } from "node:stream/promises";
import type { ParsedCriteria, ParsedSubscription, Run } from "@llm-sim/store";
import type { FastifyReply } from "fastify";
import { ApiError, toApiError } from "../errors/index.ts";
import { MAX_STREAMS, STALLED_CLIENT_GRACE } from "../limits.ts";
import { letGoWhenStalled } from "../memory/index.ts";
import { eventFrames } from "./frame.ts";
import { sendSearch } from "./send-search.ts";
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
  serve(reply: FastifyReply, run: Run, subscription: Omit<ParsedSubscription, "signal">): Promise<void> {
    return this.#during(reply, run, async (sse, signal) => {
      const events = run.follow({ ...subscription, signal });
      await pipeline(eventFrames(events), sse.raw, { end: false });
      if (signal.aborted) return;
      const { status } = await run.summary();
      await sse.send("end", { simulation_id: run.id, status });
    });
  }

  /** Sends what a search finds over `reply`, and how far it has come; it stops when its client goes. */
  search(reply: FastifyReply, run: Run, criteria: ParsedCriteria, hits: number): Promise<void> {
    return this.#during(reply, run, (sse, signal) => sendSearch(sse, run, { criteria, hits, signal }));
  }

  async #during(
    reply: FastifyReply,
    run: Run,
    work: (sse: SseReply, signal: AbortSignal) => Promise<void>,
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
      await work(sse, stop.signal);
    } catch (error) {
      // The client went, or the server stops: nobody is left to be told.
      if (stop.signal.aborted || sse.raw.destroyed) return;
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
