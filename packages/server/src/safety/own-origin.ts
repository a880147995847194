import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { ApiError } from "../errors/index.ts";

/**
 * Whether a request comes from a page of another origin than the server's own. Browsers say so: in `Sec-Fetch-Site` where they
 * have it, and in `Origin` wherever something is sent. What is no browser says neither. `none` is said of an address that a
 * person typed, which changes nothing.
 */
function isFromElsewhere(
  { host, origin, "sec-fetch-site": site }: IncomingHttpHeaders,
  isRead: boolean,
): boolean {
  if (site !== undefined && site !== "same-origin" && !(isRead && site === "none")) return true;
  if (origin === undefined) return false;
  // The Host header names this server, as has been looked at before; a proxy in front may speak another scheme.
  return !URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase();
}

/**
 * Refuses what a page of another site asks, before anything is done for it: it could not read the answer, but have it worked out
 * as often as it likes. Pages of the UI may be linked to from anywhere, and origins that CORS allows may read.
 *
 * @param apiPaths first parts of the addresses that answer with data
 */
export function installCrossSiteCheck(
  app: FastifyInstance,
  corsOrigins: readonly string[],
  apiPaths: readonly string[],
): void {
  const isNamed = ({ origin }: IncomingHttpHeaders) => origin !== undefined && corsOrigins.includes(origin);
  app.addHook("onRequest", (request, _reply, done) => {
    const isRead = ["GET", "HEAD", "OPTIONS"].includes(request.method);
    const isFine =
      !isFromElsewhere(request.headers, isRead) ||
      (isRead && (isNamed(request.headers) || isNavigation(request, apiPaths)));
    if (isFine) return done();
    const message = isRead
      ? "A page of another site asks: start the server with --cors-origin and its origin to answer it."
      : "A page of another origin can have nothing done here.";
    done(new ApiError("CROSS_SITE", message));
  });
}

/** Whether a browser goes to a page, by a link say; a frame is none. By the route it came to, as a path can be written in many ways. */
function isNavigation(
  { headers, method, routeOptions }: FastifyRequest,
  apiPaths: readonly string[],
): boolean {
  if (method === "OPTIONS" || headers["sec-fetch-mode"] !== "navigate") return false;
  if ((headers["sec-fetch-dest"] ?? "document") !== "document") return false;
  return !apiPaths.includes(routeOptions.url?.split("/")[1] ?? "");
}
