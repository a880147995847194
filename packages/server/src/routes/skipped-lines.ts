import type { Run } from "@llm-sim/store";
import type { FastifyReply } from "fastify";

/** Says, in `X-Skipped-Lines`, how many lines of the run's log are no valid events and so are never served. After the run was asked something. */
export function countSkippedLines(reply: FastifyReply, run: Run): void {
  reply.header("x-skipped-lines", run.skippedCount);
}
