import { STATUS_CODES } from "node:http";
import type { FastifyInstance, FastifyReply } from "fastify";
import { RETRY_FORK_AFTER, RETRY_STREAM_AFTER } from "../limits.ts";
import type { ApiError } from "./api-error.ts";
import { toApiError } from "./translate.ts";

export const METHODS = "GET, HEAD, OPTIONS";

/** Gives every error of `app` the shape `{"code","message","details?"}`; those of the server's own are logged, with their stack. */
export function installErrorAnswers(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const answer = toApiError(error);
    if (answer.code === "INTERNAL_ERROR") request.log.error({ err: error, url: request.url }, answer.message);
    return sendError(reply, answer);
  });
}

export function sendError(reply: FastifyReply, error: ApiError): FastifyReply {
  if (error.code === "UNAUTHENTICATED") reply.header("www-authenticate", 'Bearer realm="llm-sim"');
  if (error.code === "METHOD_NOT_ALLOWED") reply.header("allow", METHODS);
  if (error.code === "OVERLOADED") reply.header("retry-after", String(error.retryAfter ?? RETRY_FORK_AFTER));
  if (error.code === "TOO_MANY_STREAMS") reply.header("retry-after", String(RETRY_STREAM_AFTER));
  return reply.code(error.statusCode).type("application/json; charset=utf-8").send(JSON.stringify(error));
}

/** Where there is no reply to answer by: the error as it goes onto the socket. */
export function ontoSocket(error: ApiError): string {
  const body = JSON.stringify(error);
  const allow = error.code === "METHOD_NOT_ALLOWED" ? `Allow: ${METHODS}\r\n` : "";
  return (
    `HTTP/1.1 ${error.statusCode} ${STATUS_CODES[error.statusCode]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
    `${allow}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`
  );
}
