import type { Completeness } from "@llm-sim/api";
import type { AskedRun } from "@llm-sim/store";
import type { FastifyReply } from "fastify";
import { holdForReply } from "../memory/index.ts";
import type { ApiContext } from "./api.ts";
import { unlessGone } from "./unless-gone.ts";
import { countGaps, countSkippedLines } from "./what-is-missing.ts";

/** The largest explanations hold ten thousand values, or a state of as many agents, as objects and as JSON. */
export const LARGEST_EXPLANATION = 64 * 1024 * 1024;

/** What a run answers about itself, within the memory for answers; `undefined` where the client has gone, which also stops the question. */
export async function explained<Answer extends Pick<Completeness, "gaps">>(
  reply: FastifyReply,
  { store, memory }: ApiContext,
  simulationId: string,
  question: (run: AskedRun, signal: AbortSignal) => Answer | Promise<Answer>,
): Promise<Answer | undefined> {
  const run = await store.openRun(simulationId);
  const held = await holdForReply(reply, memory, LARGEST_EXPLANATION);
  if (held === undefined) return undefined;
  return unlessGone(reply, async (gone) => {
    const { answer, skipped } = await run.ask((asked) => question(asked, gone));
    countSkippedLines(reply, skipped);
    countGaps(reply, answer);
    return answer;
  });
}
