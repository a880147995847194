import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a request comes from a page of another origin than the server's own. Browsers say so: in `Sec-Fetch-Site` where they
 * have it, and in `Origin` wherever something is sent. What is no browser says neither.
 */
export function isFromElsewhere({ host, origin, "sec-fetch-site": site }: IncomingHttpHeaders): boolean {
  if (site !== undefined && site !== "same-origin") return true;
  if (origin === undefined) return false;
  // The Host header names this server, as has been looked at before; a proxy in front may speak another scheme.
  return !URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase();
}
