import { type OptionNames, unknownOption } from "@llm-sim/events/naming";
import { openStore, type Store } from "@llm-sim/store";
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { buildServer } from "./build-server.ts";
import { CLOSE_TIMEOUT } from "./limits.ts";
import { type AppOptions, checkOptions, DEFAULT_HOST, DEFAULT_PORT } from "./options.ts";
import { hostInUrl, isWildcard } from "./safety/index.ts";
import { ServerError } from "./server-error.ts";

/** How often connections that have become idle are closed while the server stops, in milliseconds. */
const IDLE_SWEEP = 20;

export interface ServerOptions extends Omit<AppOptions, "store"> {
  /** The directory whose subdirectories are the runs; or `store`. */
  outputDir?: string;
  /** Runs that lie elsewhere; the server closes it when it ends. */
  store?: Store;
  /** Default 8000; 0 takes any that is free. */
  port?: number;
}

export interface RunningServer {
  /** `http://127.0.0.1:8000`, without a slash at the end. */
  readonly url: string;
  /** For a browser: where there is a token it carries it, as `http://192.168.1.5:8000/#token=…`. */
  readonly browserUrl: string;
  readonly port: number;
  /**
   * Takes no new connection, ends the streams, lets requests finish (for at most 10 s), and lets go of the files. May be
   * called twice and shares one promise.
   */
  close(): Promise<void>;
}

const OPTIONS: OptionNames<ServerOptions> = {
  outputDir: true,
  store: true,
  port: true,
  host: true,
  token: true,
  corsOrigins: true,
  webRoot: true,
  startFork: true,
  logger: true,
};

/**
 * Serves the runs under a directory over HTTP.
 *
 * @example
 * const server = await startServer({ outputDir: "output" });
 * console.log(server.browserUrl); // http://127.0.0.1:8000/
 * process.once("SIGINT", () => void server.close());
 * @throws ServerError `TOKEN_REQUIRED` where others could come in, `INVALID_OPTION`, `ADDRESS_IN_USE`, `ADDRESS_UNAVAILABLE`
 */
export async function startServer({
  outputDir,
  store: given,
  port = DEFAULT_PORT,
  ...options
}: ServerOptions): Promise<RunningServer> {
  const unknown = unknownOption("startServer", options, OPTIONS);
  if (unknown !== undefined) throw new ServerError("INVALID_OPTION", unknown, {});
  checkOptions(options);
  const { host = DEFAULT_HOST, token, logger = ownLogger() } = options;
  const store = given ?? (outputDir === undefined ? undefined : openStore(outputDir));
  if (store === undefined)
    throw new ServerError("INVALID_OPTION", "startServer: give an outputDir, or a store.", {
      option: "outputDir",
    });
  let app: FastifyInstance | undefined;
  try {
    app = await buildServer({ ...options, store, logger });
    await app.listen({ host, port });
  } catch (error) {
    await app?.close();
    await store.close();
    throw listenError(error, host, port);
  }
  return running(app, store, host, token);
}

function running(app: FastifyInstance, store: Store, host: string, token: string | undefined): RunningServer {
  const address = app.server.address();
  const port = typeof address === "object" && address !== null ? address.port : DEFAULT_PORT;
  const url = `http://${hostInUrl(isWildcard(host) ? "localhost" : host)}:${port}`;
  let closed: Promise<void> | undefined;
  return {
    url,
    browserUrl: token === undefined ? `${url}/` : `${url}/#token=${encodeURIComponent(token)}`,
    port,
    close: () => (closed ??= stop(app, store)),
  };
}

async function stop(app: FastifyInstance, store: Store): Promise<void> {
  // A connection that becomes idle while the server stops would be kept for its next request.
  const sweep = setInterval(() => app.server.closeIdleConnections(), IDLE_SWEEP);
  const deadline = setTimeout(() => app.server.closeAllConnections(), CLOSE_TIMEOUT);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(deadline);
    await store.close();
  }
}

function listenError(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const where = `${hostInUrl(host)}:${port}`;
  if (code === "EADDRINUSE") {
    const message = `Something already listens on ${where}: stop it, or choose another port.`;
    return new ServerError("ADDRESS_IN_USE", message, { host, port }, error);
  }
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EACCES") {
    const reason = code === "EACCES" ? "the system does not allow it" : "this machine has no such address";
    const message = `Cannot listen on ${where}: ${reason}.`;
    return new ServerError("ADDRESS_UNAVAILABLE", message, { host, port }, error);
  }
  return error;
}

/** Warnings and errors to stderr, as one JSON object a line. */
function ownLogger() {
  return pino({ name: "llm-sim", level: "warn" }, pino.destination({ dest: 2, sync: true }));
}
