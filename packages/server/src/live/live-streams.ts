import type { RunStatus } from "@llm-sim/events/run";
import type { ParsedSubscription, Run } from "@llm-sim/store";
import type { FastifyReply } from "fastify";
import { ApiError, toApiError } from "../errors/index.ts";
import { HEARTBEAT, MAX_STREAMS, STALLED_CLIENT_GRACE } from "../limits.ts";
import { letGoWhenStalled, type Reservation } from "../memory/index.ts";
import { Turns } from "../turns/index.ts";
import { Frames } from "./frame.ts";
import { mostStreams } from "./most-streams.ts";
import { RunStream } from "./run-stream.ts";
import { sendSearch } from "./send-search.ts";
import { SseReply } from "./sse-reply.ts";

/** How long what a run came to is told to all who were following it, in milliseconds: they come to its end one after the other. */
const SAME_END = 100;

/** The streams that are open: each ends when its run is over, when its client goes, or when the server stops. */
export class LiveStreams {
  readonly #open = new Map<AbortController, SseReply>();
  readonly #most = mostStreams(MAX_STREAMS);
  readonly #frames = new Frames();
  readonly #turns = new Turns();
  readonly #ends = new Map<Run, Promise<RunStatus>>();
  #heartbeat: NodeJS.Timeout | undefined;
  #stopped = false;

  /** Events that were made into messages, each once for all its clients. */
  get framed(): number {
    return this.#frames.count;
  }

  /** Sends a run's events over `reply` until the stream ends. */
  serve(reply: FastifyReply, run: Run, subscription: ParsedSubscription): Promise<void> {
    return this.#during(reply, run, async (sse, signal) => {
      const stream = new RunStream(sse.raw, { frames: this.#frames, turns: this.#turns, signal });
      await stream.send(run, subscription);
      if (signal.aborted) return;
      await sse.send("end", { simulation_id: run.id, status: await this.#endOf(run) });
    });
  }

  /**
   * Sends what a search of the run tells over `reply`; it stops when its client goes.
   *
   * @param held as much as waits for its client
   */
  search(
    reply: FastifyReply,
    run: Run,
    search: (
      gone: AbortSignal,
      onPiece: (piece: Uint8Array<ArrayBuffer>) => void,
    ) => Promise<{ body: Uint8Array }>,
    held: Reservation,
  ): Promise<void> {
    return this.#during(reply, run, (sse, gone) =>
      sendSearch(
        sse,
        (onPiece) => search(gone, onPiece),
        (bytes) => held.resize(bytes),
      ),
    );
  }

  async #during(
    reply: FastifyReply,
    run: Run,
    work: (sse: SseReply, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    if (this.#open.size >= this.#most) {
      throw new ApiError(
        "TOO_MANY_STREAMS",
        `${this.#most} streams are open already: close one, or page through the events.`,
      );
    }
    const stop = new AbortController();
    const sse = new SseReply(reply);
    sse.ended.addEventListener("abort", () => stop.abort());
    letGoWhenStalled(sse.raw);
    this.#open.set(stop, sse);
    this.#heartbeat ??= setInterval(() => this.#beat(), HEARTBEAT).unref();
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
      this.#turns.leave(sse.beat);
      this.#open.delete(stop);
      if (this.#open.size === 0) {
        clearInterval(this.#heartbeat);
        this.#heartbeat = undefined;
      }
    }
  }

  #beat(): void {
    for (const sse of this.#open.values()) this.#turns.take(sse.beat);
  }

  #endOf(run: Run): Promise<RunStatus> {
    const known = this.#ends.get(run);
    if (known !== undefined) return known;
    const status = run.summary().then((summary) => summary.status);
    this.#ends.set(run, status);
    setTimeout(() => this.#ends.delete(run), SAME_END).unref();
    return status;
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
