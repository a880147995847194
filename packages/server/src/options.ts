import type { Store } from "@llm-sim/store";
import type { FastifyBaseLogger } from "fastify";
import type { StartFork } from "./forks/index.ts";
import { isLoopback } from "./safety/index.ts";
import { ServerError } from "./server-error.ts";

export const DEFAULT_HOST = "127.0.0.1";
export const DEFAULT_PORT = 8000;

/** What a server is, wherever it listens. */
export interface AppOptions {
  store: Store;
  /** What it will be bound to, which `Host` headers may name; default 127.0.0.1. */
  host?: string;
  /** Asked of every request for data, as `Authorization: Bearer`; the UI's files and the documentation need none. */
  token?: string;
  /** Origins, as in `https://example.org`, whose pages may read the answers; default none. */
  corsOrigins?: readonly string[];
  /** Starts forks of the runs that are served. With it the server writes, and asks for a token wherever it is bound. */
  startFork?: StartFork;
  /** The directory of the web UI's built files. */
  webRoot?: string;
  /** The server's own diagnostics; default none. */
  logger?: FastifyBaseLogger;
}

/** Throws `ServerError` where the options are wrong or not safe together. */
export function checkOptions({
  host = DEFAULT_HOST,
  token,
  corsOrigins = [],
  startFork,
}: Omit<AppOptions, "store">): void {
  if (token === undefined && startFork !== undefined) {
    throw new ServerError(
      "TOKEN_REQUIRED",
      "A server that writes asks for a token, on loopback as well: give one (--token or LLM_SIM_TOKEN).",
      { option: "token" },
    );
  }
  if (token === undefined && !isLoopback(host)) {
    throw new ServerError(
      "TOKEN_REQUIRED",
      `host ${JSON.stringify(host)} lets other machines in: give a token (--token or LLM_SIM_TOKEN), or bind to ${DEFAULT_HOST}.`,
      { option: "token" },
    );
  }
  // RFC 6750's b64token, a little wider: what a header carries and what stands in `#token=`.
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    throw new ServerError(
      "INVALID_OPTION",
      "token: expected one or more visible ASCII characters without spaces.",
      {
        option: "token",
      },
    );
  }
  const wrong = corsOrigins.find((origin) => !isOrigin(origin));
  if (wrong !== undefined) {
    const message = `corsOrigins: ${JSON.stringify(wrong)} is no origin; expected scheme and host, as in https://example.org.`;
    throw new ServerError("INVALID_OPTION", message, { option: "corsOrigins" });
  }
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text;
}
