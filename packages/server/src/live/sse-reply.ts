import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { FastifyReply } from "fastify";
import { HEARTBEAT } from "../limits.ts";

/**
 * An answer of Server-Sent Events, begun with its headers; Fastify has nothing to do with the reply any more. (Own code:
 * `@fastify/sse` wants a newer Node than the rest of this.)
 */
export class SseReply {
  readonly raw: ServerResponse;
  readonly #ended = new AbortController();
  readonly #heartbeat: NodeJS.Timeout;

  constructor(reply: FastifyReply) {
    const { raw } = reply;
    this.raw = raw;
    reply.hijack();
    raw.on("close", () => this.#stop());
    // A client that goes is no error of the server's.
    raw.on("error", (error) => {
      reply.log.info({ err: error }, "A stream's client has gone");
      this.#stop();
    });
    this.#heartbeat = setInterval(() => raw.write(": heartbeat\n\n"), HEARTBEAT).unref();
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
    if (!this.raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`))
      await once(this.raw, "drain", { signal: this.ended });
  }

  end(): void {
    this.#stop();
    if (!this.raw.destroyed) this.raw.end();
  }

  #stop(): void {
    clearInterval(this.#heartbeat);
    this.#ended.abort();
  }
}
