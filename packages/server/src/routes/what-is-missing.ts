import type { Run } from "@llm-sim/store";
import type { Completeness } from "@llm-sim/store/answers";
import type { FastifyReply } from "fastify";

/** Says, in `X-Skipped-Lines`, how many lines of the run's log are no valid events and so are never served. After the run was asked something. */
export function countSkippedLines(reply: FastifyReply, run: Run): void {
  reply.header("x-skipped-lines", run.skippedCount);
}

/** Says, in `X-Gaps`, for how many reasons the answer may not be the whole truth: 0 where it is complete. */
export function countGaps(reply: FastifyReply, { gaps }: Pick<Completeness, "gaps">): void {
  reply.header("x-gaps", gaps.length);
}
