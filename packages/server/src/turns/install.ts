import type { FastifyInstance } from "fastify";
import { Turns } from "./turns.ts";

/** Requests that come at one time are begun one after the other, and the loop is let go in between: none of many holds up all. */
export function installTurns(api: FastifyInstance): void {
  const turns = new Turns();
  api.addHook("onRequest", (_request, _reply, done) => turns.take(() => done()));
}
