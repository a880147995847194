import type { FastifyRequest } from "fastify";
import { ApiError, invalidArgument } from "../errors/index.ts";

/**
 * Lets through only what may be done, before anything of the body is read. That the page is no other site's, and the token, were looked at
 * before.
 *
 * @param what as in "to make forks"
 */
export function writeGuard(allowWrite: boolean, what: string) {
  return (request: FastifyRequest, _reply: unknown, done: (error?: Error) => void): void => {
    if (!allowWrite)
      done(new ApiError("WRITE_NOT_ALLOWED", `This server only reads: start it with --allow-write ${what}.`));
    else if (!isJson(request.headers["content-type"]))
      done(invalidArgument("Content-Type", "what is to be done is asked for as application/json"));
    else done();
  };
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType ?? "");
}
