import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { FastifyReply } from "fastify";
import { whenOver } from "../memory/index.ts";
import { messageFrame } from "./message-frame.ts";

/**
 * An answer of Server-Sent Events, begun with its headers; Fastify has nothing to do with the reply any more. (Own code:
 * `@fastify/sse` wants a newer Node than the rest of this.)
 */
export class SseReply {
  readonly raw: ServerResponse;
  readonly #ended = new AbortController();

  constructor(reply: FastifyReply) {
    const { raw } = reply;
    this.raw = raw;
    reply.hijack();
    whenOver(reply, () => this.#stop());
    // A client that goes is no error of the server's.
    raw.on("error", (error) => {
      reply.log.info({ err: error }, "A stream's client has gone");
      this.#stop();
    });
    if (raw.destroyed) {
      this.#stop();
      return;
    }
    raw.setHeader("content-type", "text/event-stream");
    raw.setHeader("connection", "keep-alive");
    // Proxies like nginx would gather what comes piece by piece.
    raw.setHeader("x-accel-buffering", "no");
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200);
    raw.flushHeaders();
  }

  /** Aborted when the client has gone, or the answer has ended. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Resolves when the client takes more; throws where it has gone. */
  async send(event: string, data: unknown): Promise<void> {
    this.ended.throwIfAborted();
    if (!this.raw.write(messageFrame(event, data))) await once(this.raw, "drain", { signal: this.ended });
  }

  /** A comment, so that nobody takes the connection for dead; a client that has not read what it was sent needs none. */
  readonly beat = (): void => {
    if (!this.ended.aborted && !this.raw.writableNeedDrain) this.raw.write(": heartbeat\n\n");
  };

  end(): void {
    this.#stop();
    if (!this.raw.destroyed) this.raw.end();
  }

  #stop(): void {
    this.#ended.abort();
  }
}
