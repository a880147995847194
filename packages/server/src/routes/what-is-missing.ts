import type { FastifyReply } from "fastify";

/** Says, in `X-Skipped-Lines`, how many lines of the log that was asked are no valid events and so are never served. */
export function countSkippedLines(reply: FastifyReply, skipped: number): void {
  reply.header("x-skipped-lines", skipped);
}

/** Says, in `X-Gaps`, for how many reasons the answer may not be the whole truth: 0 where it is complete. */
export function countGaps(reply: FastifyReply, gaps: number): void {
  reply.header("x-gaps", gaps);
}
