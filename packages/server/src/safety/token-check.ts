import { createHash, timingSafeEqual } from "node:crypto";
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance } from "fastify";
import { ApiError } from "../errors/index.ts";

/** Wrong tokens that one address may send in a minute. Who sends the right one is never counted, nor made to wait. */
const WRONG_TOKENS_A_MINUTE = 20;

/** Whether an `Authorization` header carries `token`; takes as long for a wrong one as for the right one. */
export function tokenCheck(token: string): (header: string | undefined) => boolean {
  // Digests, because timingSafeEqual wants equal lengths, and a length is a hint too.
  const expected = digest(token);
  return (header) => {
    const given = /^bearer +(\S+) *$/i.exec(header ?? "")?.[1];
    return timingSafeEqual(digest(given ?? ""), expected) && given !== undefined;
  };
}

/** From here on every route of `api` asks for the token. */
export async function installTokenCheck(api: FastifyInstance, token: string): Promise<void> {
  await api.register(rateLimit, { global: false, max: WRONG_TOKENS_A_MINUTE, timeWindow: 60_000 });
  const countWrong = api.createRateLimit();
  const isRight = tokenCheck(token);
  api.addHook("onRequest", async (request) => {
    const header = request.headers.authorization;
    if (isRight(header)) return;
    if (header !== undefined) {
      const limit = await countWrong(request);
      if (!limit.isAllowed && limit.isExceeded) {
        throw new ApiError("TOO_MANY_ATTEMPTS", "Too many wrong tokens from this address: wait a minute.");
      }
    }
    const what = header === undefined ? "This server asks for its token" : "The token is wrong";
    throw new ApiError("UNAUTHENTICATED", `${what}: send it as "Authorization: Bearer <token>".`);
  });
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
