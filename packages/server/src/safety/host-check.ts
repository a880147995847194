import { isIP } from "node:net";
import { hostname } from "node:os";
import type { FastifyInstance } from "fastify";
import { invalidArgument } from "../errors/index.ts";
import { bare, isLoopback, isWildcard } from "./address.ts";

export type IsHostAllowed = (header: string | undefined) => boolean;

/**
 * Against DNS rebinding: a page of a foreign site whose name was made to point here sends that name as `Host`, and its
 * browser takes the answer for that site's own. So the header must name this machine: a loopback address or name, what
 * the server is bound to, or the host of an origin that CORS allows. Bound to every address, any IP address is this
 * machine's (an address cannot be rebound), and so is the machine's name. The port is free: tunnels change it.
 */
export function hostCheck(boundHost: string, corsOrigins: readonly string[]): IsHostAllowed {
  const names = new Set(corsOrigins.map((origin) => bare(new URL(origin).hostname)));
  const everyAddress = isWildcard(boundHost);
  if (everyAddress) {
    const own = bare(hostname());
    names.add(own).add(`${own}.local`);
  } else {
    names.add(bare(boundHost));
  }
  return (header) => {
    const host = header === undefined ? undefined : hostOf(header);
    return host !== undefined && (names.has(host) || isLoopback(host) || (everyAddress && isIP(host) !== 0));
  };
}

/** `[::1]:8000` → `::1`; `undefined` where it is no host with a port or without. */
function hostOf(header: string): string | undefined {
  const parts = /^(\[[0-9a-f:.]+\]|[^\s:@/\\?#[\]]+)(?::\d{1,5})?$/i.exec(header);
  return parts?.[1] === undefined ? undefined : bare(parts[1]);
}

/** Refuses every request whose `Host` is not this machine's, whatever it asks for. */
export function installHostCheck(app: FastifyInstance, isAllowed: IsHostAllowed): void {
  app.addHook("onRequest", (request, _reply, done) => {
    if (isAllowed(request.headers.host)) return done();
    done(invalidArgument("Host", "this name is not the server's; ask it by the address it printed"));
  });
}
