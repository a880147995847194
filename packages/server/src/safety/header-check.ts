import type { FastifyInstance } from "fastify";
import { invalidArgument } from "../errors/index.ts";

/** Of these the first counts with Node, the last with others: a proxy in front may have looked at another than this server does. */
const ONCE: ReadonlySet<string> = new Set(["host", "authorization", "content-type", "origin"]);

/** Refuses requests that say twice what can be said once, and what is expected of no server here (RFC 9110 §10.1.1). */
export function installHeaderCheck(app: FastifyInstance): void {
  // Node would answer these by itself, with nothing in the answer.
  app.server.on("checkExpectation", (request, response) => app.server.emit("request", request, response));
  app.addHook("onRequest", ({ raw, headers }, _reply, done) => {
    const twice = saidTwice(raw.rawHeaders);
    if (twice !== undefined) return done(invalidArgument(twice, "it is there twice, and can be meant once"));
    if (headers.expect !== undefined && headers.expect.toLowerCase() !== "100-continue")
      return done(invalidArgument("Expect", "only 100-continue can be expected"));
    done();
  });
}

/** @param headers names and values in turn, as they came */
function saidTwice(headers: readonly string[]): string | undefined {
  const said = new Set<string>();
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? "";
    const known = name.toLowerCase();
    if (!ONCE.has(known)) continue;
    if (said.has(known)) return name;
    said.add(known);
  }
  return undefined;
}
