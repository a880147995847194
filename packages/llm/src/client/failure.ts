import { shorten } from "@llm-sim/events/words";
import {
  APICallError,
  EmptyResponseBodyError,
  InvalidResponseDataError,
  JSONParseError,
  NoContentGeneratedError,
  NoOutputGeneratedError,
  TypeValidationError,
} from "ai";
import { ModelClientError } from "./model-client.ts";
import type { Outcome, Untimed } from "./outcome.ts";
import { retryAfterMs } from "./retry-after.ts";

type Failure = Extract<Outcome, { outcome: "http_error" | "network" | "timeout" | "invalid" }>;

/** Of an error's message, and of an invalid answer's text, in UTF-16 units. */
const LONGEST_MESSAGE = 500;
const LONGEST_TEXT = 4000;

/**
 * What an error of `ai` says of the attempt. The error itself holds the request and the answer's headers, and goes no further.
 *
 * @param clean takes secrets out of a text
 * @throws ModelClientError where nothing was sent
 */
export function failureOf(error: unknown, clean: (text: string) => string): Untimed<Failure> {
  const said = (text: string) => shorten(clean(text).replaceAll(/\s+/g, " ").trim(), LONGEST_MESSAGE);
  if (!APICallError.isInstance(error)) {
    const reason = error instanceof Error ? error.message : String(error);
    if (isOfAnswer(error))
      return { outcome: "invalid", error: said(`the answer is no chat completion: ${reason}`) };
    throw new ModelClientError("LLM_REQUEST_INVALID", said(`the request cannot be sent: ${reason}`));
  }
  const { statusCode, responseBody = "", responseHeaders = {}, cause } = error;
  const chain = causesOf(error);
  if (statusCode === undefined || statusCode < 300) {
    if (chain.some((code) => SLOW.has(code)))
      return { outcome: "timeout", error: "no answer within 300 s, after which Node gives up" };
    if (statusCode === undefined)
      return { outcome: "network", error: said(unreachable(error.message, chain)) };
    const text = responseBody === "" ? {} : { text: shorten(clean(responseBody), LONGEST_TEXT) };
    return { outcome: "invalid", error: said(invalidity(responseBody, cause)), ...text };
  }
  const retry_after_ms = retryAfterMs(responseHeaders);
  return {
    outcome: "http_error",
    status: statusCode,
    error:
      said(
        redirection(statusCode, responseHeaders) ??
          messageIn(responseBody) ??
          (responseBody.trim() || error.message),
      ) + hint(statusCode, responseBody),
    retryable: isRetryable(statusCode, responseBody),
    ...(retry_after_ms !== undefined && { retry_after_ms }),
  };
}

function redirection(status: number, { location }: Readonly<Record<string, string>>): string | undefined {
  if (status >= 400 || location === undefined) return undefined;
  return `the server sends elsewhere, to ${location}: give that address as llm.base_url`;
}

function hint(status: number, body: string): string {
  const isOfSchema = (status === 400 || status === 422) && /response_format|json_schema/.test(body);
  return isOfSchema ? " (llm.structured_output: object or off asks without a schema)" : "";
}

const SLOW = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

/** Conflict, too early, too many and the server's own faults pass; a quota that is used up does not, though OpenAI says 429. */
function isRetryable(status: number, body: string): boolean {
  if (status === 429 && /"insufficient_quota"|"billing_hard_limit_reached"/.test(body)) return false;
  return [408, 409, 425, 429].includes(status) || (status >= 500 && status !== 501);
}

function isOfAnswer(error: unknown): boolean {
  return [
    InvalidResponseDataError,
    EmptyResponseBodyError,
    JSONParseError,
    TypeValidationError,
    NoContentGeneratedError,
    NoOutputGeneratedError,
  ].some((kind) => kind.isInstance(error));
}

function invalidity(body: string, cause: unknown): string {
  const message = messageIn(body);
  if (message !== undefined) return `the server says, with a status of success: ${message}`;
  if (TypeValidationError.isInstance(cause)) return "the answer is JSON, and no chat completion";
  if (JSONParseError.isInstance(cause)) return "the answer is not JSON, or breaks off in the middle";
  return body === "" ? "the answer breaks off, or is empty" : "the answer is no chat completion";
}

/** The message of an error as OpenAI's API, and nearly all others, write it; of some it is a text. */
function messageIn(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    const error = memberOf(parsed, "error") ?? parsed;
    const message =
      typeof error === "string" ? error : (memberOf(error, "message") ?? memberOf(error, "detail"));
    return typeof message === "string" && message !== "" ? message : undefined;
  } catch {
    return undefined;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}

function unreachable(message: string, codes: readonly string[]): string {
  const [code] = codes;
  return `no answer: ${message.replace("Cannot connect to API: ", "")}${code === undefined ? "" : ` (${code})`}`;
}

/** The codes of an error's causes, outermost first: `ECONNREFUSED`, `UND_ERR_SOCKET`. */
function causesOf(error: unknown): string[] {
  const codes: string[] = [];
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    if ("code" in at && typeof at.code === "string") codes.push(at.code);
    if (at instanceof AggregateError) codes.push(...at.errors.flatMap((one: unknown) => causesOf(one)));
  }
  return codes;
}
