import type * as z from "zod";
import { ApiError, UNREACHABLE, UNREADABLE_ANSWER } from "./errors.ts";
import { errorBodySchema } from "./run-schemas.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Connection {
  /** Where the API lives, without a trailing slash; empty for where the page came from. */
  baseUrl: string;
  fetch: Fetch;
  token(): string | undefined;
  /** Told of every request whether the server answered at all. */
  onReachable(reachable: boolean): void;
  /** Waits before the second and third attempt, in milliseconds. */
  retryDelays?: readonly number[];
}

export type Query = Record<string, string | number | boolean | undefined>;

// A gateway's trouble and "too many requests" pass; anything else will be the same a second later.
const PASSING = new Set([429, 502, 503, 504]);
const RETRY_DELAYS = [150, 600];

/** `GET path?query`, parsed with `schema`. Throws ApiError, or the signal's reason where it was aborted. */
export async function getJson<Schema extends z.ZodType>(
  connection: Connection,
  path: string,
  query: Query,
  schema: Schema,
  signal?: AbortSignal,
): Promise<z.infer<Schema>> {
  const response = await getResponse(connection, path, query, "application/json", signal);
  let body: unknown;
  try {
    body = await response.json();
  } catch (error) {
    signal?.throwIfAborted();
    throw new ApiError(
      UNREADABLE_ANSWER,
      `The answer to ${path} broke off or is no JSON: ${reason(error)}.`,
      response.status,
    );
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ApiError(
    UNREADABLE_ANSWER,
    `The answer to ${path} is not what it should be at "${issue?.path.join(".") ?? ""}": ${issue?.message ?? "unknown"}.`,
    response.status,
  );
}

/** A response that is no error, the passing ones tried again. */
export async function getResponse(
  connection: Connection,
  path: string,
  query: Query,
  accept: string,
  signal?: AbortSignal,
  headers: Record<string, string> = {},
): Promise<Response> {
  const delays = connection.retryDelays ?? RETRY_DELAYS;
  for (let attempt = 0; ; attempt++) {
    const delay = delays[attempt];
    try {
      const response = await attemptGet(connection, path, query, accept, signal, headers);
      if (response.ok) return response;
      if (delay === undefined || !PASSING.has(response.status)) throw await errorOf(response, path);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== UNREACHABLE || delay === undefined) throw error;
    }
    await pause(delay, signal);
  }
}

async function attemptGet(
  connection: Connection,
  path: string,
  query: Query,
  accept: string,
  signal: AbortSignal | undefined,
  headers: Record<string, string>,
): Promise<Response> {
  const token = connection.token();
  try {
    const response = await connection.fetch(connection.baseUrl + path + queryText(query), {
      headers: { accept, ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ...(signal === undefined ? {} : { signal }),
    });
    connection.onReachable(true);
    return response;
  } catch (error) {
    signal?.throwIfAborted();
    connection.onReachable(false);
    throw new ApiError(UNREACHABLE, `The server does not answer: ${reason(error)}.`, 0);
  }
}

async function errorOf(response: Response, path: string): Promise<ApiError> {
  const body = errorBodySchema.safeParse(await response.json().catch(() => undefined));
  return body.success
    ? new ApiError(body.data.code, body.data.message, response.status, body.data.details)
    : new ApiError(
        `HTTP_${response.status}`,
        `${path} answered with status ${response.status}.`,
        response.status,
      );
}

export function queryText(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}

export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, milliseconds);
    function done() {
      signal?.removeEventListener("abort", abort);
      resolve();
    }
    function abort() {
      clearTimeout(timer);
      reject(signal?.reason instanceof Error ? signal.reason : new Error("aborted"));
    }
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
