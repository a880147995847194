import { health } from "@llm-sim/api";
import type { FastifyInstance } from "fastify";
import { Turns } from "./turns.ts";

/**
 * Requests that come at one time are begun one after the other, and the loop is let go in between: none of many holds up all. Whether the server
 * is there is told first, which takes nothing.
 */
export function installTurns(api: FastifyInstance): void {
  const turns = new Turns();
  api.addHook("onRequest", ({ routeOptions }, _reply, done) =>
    turns.take(() => done(), routeOptions.url === health.path),
  );
}
