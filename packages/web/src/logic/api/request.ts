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
const RETRY_DELAYS = [150, 600];

/**
 * What a client made from the API's contract stands on here. Throws ApiRequestError, or the signal's reason where it was aborted.
 *
 * @param prepare changes an answer's text before it is parsed
 */
export function jsonOver(connection: Connection, prepare?: (json: string) => string): GetJson {
  return async (address, signal) => {
    const response = await getResponse(connection, address, "application/json", signal);
    try {
      return prepare === undefined ? await response.json() : JSON.parse(prepare(await response.text()));
    } catch (error) {
      signal?.throwIfAborted();
      throw new ApiRequestError(
        UNREADABLE_ANSWER,
        `The answer to ${address.path} broke off or is no JSON: ${reason(error)}.`,
        response.status,
      );
    }
  };
}

/** A response that is no error, the passing ones tried again. */
export async function getResponse(
  connection: Connection,
  address: Address,
  accept: string,
  signal?: AbortSignal,
  headers: Record<string, string> = {},
): Promise<Response> {
  const delays = connection.retryDelays ?? RETRY_DELAYS;
  for (let attempt = 0; ; attempt++) {
    const delay = delays[attempt];
    try {
      const response = await attemptGet(connection, address, accept, signal, headers);
      if (response.ok) return response;
      if (delay === undefined || !PASSING.has(response.status))
        throw await requestError(response, address.path);
    } catch (error) {
      if (!isApiError(error, UNREACHABLE) || delay === undefined) throw error;
    }
    await pause(delay, signal);
  }
}

async function attemptGet(
  connection: Connection,
  address: Address,
  accept: string,
  signal: AbortSignal | undefined,
  headers: Record<string, string>,
): Promise<Response> {
  const token = connection.token();
  try {
    const response = await connection.fetch(connection.baseUrl + address.path + queryText(address.query), {
      headers: { accept, ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ...(signal === undefined ? {} : { signal }),
    });
    connection.onReachable(true);
    return response;
  } catch (error) {
    signal?.throwIfAborted();
    connection.onReachable(false);
    throw new ApiRequestError(UNREACHABLE, `The server does not answer: ${reason(error)}.`, 0);
  }
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
