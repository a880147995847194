import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { FinishedAnswer } from "../answers/index.ts";
import { countGaps, countSkippedLines } from "./what-is-missing.ts";

/**
 * From this size on an answer is sent in pieces: a connection whose answer was handed over as a whole is taken for idle, and cut off when the
 * server stops, however much of it has not gone out.
 */
const PIECE = 256 * 1024;

export function sendFinished(reply: FastifyReply, { body, skipped, gaps }: FinishedAnswer): FastifyReply {
  if (skipped !== undefined) countSkippedLines(reply, skipped);
  if (gaps !== undefined) countGaps(reply, gaps);
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  reply.type("application/json; charset=utf-8");
  if (bytes.length <= PIECE) return reply.send(bytes);
  const pieces = Readable.from(piecesOf(bytes), { objectMode: false, highWaterMark: PIECE });
  return reply.header("content-length", bytes.length).send(pieces);
}

/** The last byte by itself: the answer is taken for handed over only when all before it has gone out. */
function* piecesOf(bytes: Buffer): Generator<Buffer> {
  const last = bytes.length - 1;
  for (let at = 0; at < last; at += PIECE) yield bytes.subarray(at, Math.min(last, at + PIECE));
  yield bytes.subarray(last);
}
