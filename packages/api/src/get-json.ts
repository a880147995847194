import type { Address, GetJson } from "./client.ts";
import { receivedErrorSchema } from "./error-body.ts";

export interface GetJsonOptions {
  /** Where the API lives, without a slash at its end. */
  baseUrl: string;
  token?: string | undefined;
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** An answer of the server that is an error. */
export class ApiRequestError extends Error {
  override readonly name = "ApiRequestError";
  /** One of {@link API_ERRORS}, or `HTTP_<status>` where something else than the API answered. */
  readonly code: string;
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  /** After how many seconds to ask again, where the server says so (`Retry-After`). */
  readonly retryAfter: number | undefined;

  constructor(
    code: string,
    message: string,
    status: number,
    details?: Readonly<Record<string, unknown>>,
    retryAfter?: number,
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
    this.retryAfter = retryAfter;
  }
}

/** What a client stands on where nothing else does: `fetch`, once. Throws ApiRequestError, and what `fetch` throws. */
export function getJsonOver({ baseUrl, token, fetch: send = fetch }: GetJsonOptions): GetJson {
  return async ({ path, query }, signal) => {
    const response = await send(`${baseUrl}${path}${queryText(query)}`, {
      headers: {
        accept: "application/json",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(signal !== undefined && { signal }),
    });
    if (!response.ok) throw await requestError(response, path);
    return response.json();
  };
}

/** `?a=1&b=2`, or nothing where nothing is asked. */
export function queryText(query: Address["query"]): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  );
  const text = new URLSearchParams(pairs).toString();
  return text === "" ? "" : `?${text}`;
}

/** The error that a response tells of; its body is read. */
export async function requestError(
  response: Pick<Response, "status" | "json" | "headers">,
  path: string,
): Promise<ApiRequestError> {
  const body = receivedErrorSchema.safeParse(await response.json().catch(() => undefined));
  const seconds = /^\d{1,6}$/.exec(response.headers.get("retry-after") ?? "")?.[0];
  const retryAfter = seconds === undefined ? undefined : Number(seconds);
  return body.success
    ? new ApiRequestError(body.data.code, body.data.message, response.status, body.data.details, retryAfter)
    : new ApiRequestError(
        `HTTP_${response.status}`,
        `${path} answered with status ${response.status}.`,
        response.status,
        undefined,
        retryAfter,
      );
}
