import { pipeline, Readable } from "node:stream";
import { promisify } from "node:util";
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from "node:zlib";
import type { FastifyInstance, FastifyReply } from "fastify";
import { acceptedEncoding, type Encoding } from "./accepted-encoding.ts";

/** What fits into one packet is not worth it, in bytes. */
const THRESHOLD = 1400;
/** Text; not a stream of events, each of which has to go out at once. */
const COMPRESSIBLE = /^text\/(?!event-stream)|[/+](json|xml|javascript)\b|^application\/(x-ndjson|wasm)\b/;
/** An epidemic's 2.8 MB of events in 25 ms to 150 KB; the default, 11, takes 4 s for 5 % less. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

const inMemory: Record<Encoding, (body: Buffer | string) => Promise<Buffer>> = {
  br: (body) => promisify<Buffer | string, typeof BROTLI, Buffer>(brotliCompress)(body, BROTLI),
  gzip: promisify<Buffer | string, Buffer>(gzip),
};

/**
 * Compresses large answers, outside of the event loop. Streams of events take their reply over and are never seen here.
 * (Own code: `@fastify/compress` unpacks requests as well, and would bring twelve packages.) That the length of a
 * compressed answer tells what is in it (BREACH) gives nothing away: no answer holds a secret, the token stands in a
 * header of requests alone.
 */
export function installCompression(app: FastifyInstance): void {
  app.addHook("onSend", async (request, reply, payload: unknown) => {
    // Of a file that was compressed when it was built.
    const isDone = reply.hasHeader("content-encoding");
    if (!isDone && !isCompressible(reply, payload)) return payload;
    addVary(reply);
    const encoding = acceptedEncoding(request.headers["accept-encoding"]);
    if (encoding === undefined || isDone) return payload;
    reply.header("content-encoding", encoding).removeHeader("content-length").removeHeader("accept-ranges");
    // How long it would be is not known without doing it.
    if (request.method === "HEAD") return Readable.from([]);
    if (!(payload instanceof Readable)) return inMemory[encoding](asBytes(payload));
    const compressing = encoding === "br" ? createBrotliCompress(BROTLI) : createGzip();
    // Who reads sees the error, too.
    pipeline(payload, compressing, () => {});
    return compressing;
  });
}

function isCompressible(reply: FastifyReply, payload: unknown): boolean {
  // Of a part of a file the bytes are named.
  if (reply.statusCode === 206 || !COMPRESSIBLE.test(String(reply.getHeader("content-type") ?? "")))
    return false;
  if (payload instanceof Readable) {
    const length = reply.getHeader("content-length");
    return length === undefined || Number(length) >= THRESHOLD;
  }
  return (typeof payload === "string" || Buffer.isBuffer(payload)) && payload.length >= THRESHOLD;
}

function asBytes(payload: unknown): Buffer | string {
  return Buffer.isBuffer(payload) ? payload : String(payload);
}

/** Caches must not give one form to who asked for the other. */
function addVary(reply: FastifyReply): void {
  const vary = String(reply.getHeader("vary") ?? "");
  if (/accept-encoding/i.test(vary)) return;
  reply.header("vary", vary === "" ? "accept-encoding" : `${vary}, accept-encoding`);
}
