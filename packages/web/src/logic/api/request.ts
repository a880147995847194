import { type Address, ApiRequestError, type GetJson, queryText, requestError } from "@llm-sim/api";
import { isApiError, UNREACHABLE, UNREADABLE_ANSWER } from "./errors.ts";

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

// A gateway's trouble and "too many requests" pass; anything else will be the same a second later.
const PASSING = new Set([429, 502, 503, 504]);
// There is somebody, but not the server.
const GATEWAY = new Set([502, 504]);
const RETRY_DELAYS = [150, 600];
/** A server that has too much to do is asked again so often, when it says; not later than after so many seconds. */
const [OVERLOADED_ATTEMPTS, LONGEST_WAIT] = [6, 30];

/**
 * What a client made from the API's contract stands on here. Throws ApiRequestError, or the signal's reason where it was aborted.
 *
 * @param prepare changes an answer's text before it is parsed
 */
export function jsonOver(connection: Connection, prepare?: (json: string) => string): GetJson {
  return (address, signal) =>
    tryAgain(connection, signal, async () => {
      const response = await attemptGet(connection, address, "application/json", signal, {});
      let text: string;
      try {
        text = await response.text();
      } catch (error) {
        signal?.throwIfAborted();
        connection.onReachable(false);
        throw unreadable(address, response, error);
      }
      try {
        return JSON.parse(prepare === undefined ? text : prepare(text));
      } catch (error) {
        throw unreadable(address, response, error);
      }
    });
}

/** A response that is no error, the passing ones tried again. */
export async function getResponse(
  connection: Connection,
  address: Address,
  accept: string,
  signal?: AbortSignal,
  headers: Record<string, string> = {},
): Promise<Response> {
  return tryAgain(connection, signal, () => attemptGet(connection, address, accept, signal, headers));
}

async function tryAgain<T>(
  { retryDelays = RETRY_DELAYS }: Connection,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let attempts = 0; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      const delay = delayOf(error, attempts, retryDelays);
      if (delay === undefined) throw error;
      await pause(delay, signal);
    }
  }
}

/** Milliseconds; `undefined` where it is not tried again. */
function delayOf(error: unknown, attempts: number, retryDelays: readonly number[]): number | undefined {
  if (!isPassing(error)) return undefined;
  if (retryDelays.length > 0 && isApiError(error, "OVERLOADED") && error.retryAfter !== undefined)
    return attempts < OVERLOADED_ATTEMPTS ? Math.min(LONGEST_WAIT, error.retryAfter) * 1000 : undefined;
  return retryDelays[attempts];
}

function isPassing(error: unknown): boolean {
  if (!isApiError(error)) return false;
  return error.code === UNREACHABLE || error.code === UNREADABLE_ANSWER || PASSING.has(error.status);
}

function unreadable({ path }: Address, { status }: Response, error: unknown): ApiRequestError {
  const text = `The answer to ${path} broke off or is no JSON: ${reason(error)}.`;
  return new ApiRequestError(UNREADABLE_ANSWER, text, status);
}

/** Throws what is no answer or an error, as ApiRequestError. */
async function attemptGet(
  connection: Connection,
  address: Address,
  accept: string,
  signal: AbortSignal | undefined,
  headers: Record<string, string>,
): Promise<Response> {
  const token = connection.token();
  let response: Response;
  try {
    response = await connection.fetch(connection.baseUrl + address.path + queryText(address.query), {
      headers: { accept, ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    connection.onReachable(false);
    throw new ApiRequestError(UNREACHABLE, `The server does not answer: ${reason(error)}.`, 0);
  }
  connection.onReachable(!GATEWAY.has(response.status));
  if (response.ok) return response;
  throw await requestError(response, address.path);
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
