import { Socket } from "node:net";
import type { FastifyReply } from "fastify";

const waiting = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls back once, when the answer has gone out or its client has gone. An answer that waits behind others of its connection (pipelining) is not told by Node
 * that this was closed: what was held for it would be held for ever.
 */
export function whenOver({ raw, request }: FastifyReply, call: () => void): void {
  let isOver = false;
  const over = (): void => {
    if (isOver) return;
    isOver = true;
    forget?.();
    call();
  };
  const { socket } = request.raw;
  // An injected request has no real one.
  const forget = socket instanceof Socket ? atEndOf(socket, over) : undefined;
  raw.once("close", over);
  if (raw.destroyed || (socket instanceof Socket && socket.destroyed)) over();
}

/** One listener for all requests of a connection, of which there may be many. @returns takes the call back */
function atEndOf(socket: Socket, call: () => void): () => void {
  let calls = waiting.get(socket);
  if (calls === undefined) {
    const all = new Set<() => void>();
    calls = all;
    waiting.set(socket, all);
    socket.once("close", () => {
      for (const one of all) one();
    });
  }
  calls.add(call);
  return () => calls.delete(call);
}
