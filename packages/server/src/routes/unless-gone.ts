import type { FastifyReply } from "fastify";
import { whenOver } from "../memory/index.ts";

/**
 * Works an answer out for as long as there is somebody to have it.
 *
 * @param work given a signal that is aborted when the client goes, by which it stops
 * @returns `undefined` where it did
 */
export async function unlessGone<Answer>(
  reply: FastifyReply,
  work: (gone: AbortSignal) => Promise<Answer>,
): Promise<Answer | undefined> {
  const gone = new AbortController();
  whenOver(reply, () => gone.abort());
  try {
    return await work(gone.signal);
  } catch (error) {
    if (gone.signal.aborted) return undefined;
    throw error;
  }
}
