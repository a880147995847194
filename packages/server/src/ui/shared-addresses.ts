import type { FastifyInstance } from "fastify";

/** Where the API answers and the UI has a page: `/batches`, and one batch. */
const SHARED = /^\/batches(?:\/[^/?]+)?\/?(?:\?|$)/;

/**
 * Gives a browser that navigates to an address which the API has, too, the UI's page; whoever else asks gets the API's answer. It is
 * decided before tokens are asked for: the page needs none, and asks for it.
 */
export function installSharedAddresses(app: FastifyInstance): void {
  app.addHook("onRequest", (request, reply, done) => {
    if (!SHARED.test(request.url) || (request.method !== "GET" && request.method !== "HEAD")) return done();
    reply.header("vary", [reply.getHeader("vary") ?? [], "Accept"].flat().join(", "));
    if (!prefersPage(request.headers.accept)) return done();
    reply.sendFile("index.html");
  });
}

/**
 * Whether a page is more welcome than JSON, by the `Accept` header (RFC 9110, §12.5.1): what a browser sends that navigates. Where both
 * are as welcome, as to a program that takes anything, it is not.
 */
export function prefersPage(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const weights = new Map(accept.split(",").map(readRange));
  const weightOf = (...ranges: string[]) => {
    const named = ranges.find((range) => weights.has(range));
    return named === undefined ? 0 : (weights.get(named) ?? 0);
  };
  return weightOf("text/html", "text/*", "*/*") > weightOf("application/json", "application/*", "*/*");
}

/** `text/html;q=0.8` → its range and how welcome it is, 0–1. */
function readRange(text: string): [range: string, weight: number] {
  const [range = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith("q="));
  const weight = quality === undefined ? 1 : Number(quality.slice(2));
  return [range, Number.isFinite(weight) ? weight : 0];
}
