import type { Socket } from "node:net";
import Fastify, { type FastifyInstance } from "fastify";
import { validatorCompiler } from "fastify-type-provider-zod";
import * as z from "zod";
import { Gate } from "./answers/index.ts";
import { installCompression } from "./compression/index.ts";
import { ApiError, installErrorAnswers, ontoSocket, sendError, toApiError } from "./errors/index.ts";
import { Forks } from "./forks/index.ts";
import { MAX_CONNECTIONS, MAX_PARAM_LENGTH, MEMORY_FOR_SHORT_ANSWERS, REQUEST_TIMEOUT } from "./limits.ts";
import { LiveStreams } from "./live/index.ts";
import { FairBudget, letGoWhenStalled } from "./memory/index.ts";
import { addDocumentation, installOpenApi } from "./openapi.ts";
import { type AppOptions, checkOptions, DEFAULT_HOST } from "./options.ts";
import { queryReader } from "./read-query.ts";
import { API_PATHS, type Api, type ApiContext, ROUTES } from "./routes/index.ts";
import {
  hostCheck,
  installCrossOrigin,
  installCrossSiteCheck,
  installHeaderCheck,
  installHeaders,
  installHostCheck,
  installTokenCheck,
} from "./safety/index.ts";
import { installTurns } from "./turns/index.ts";
import { installUi } from "./ui/index.ts";

/**
 * The whole HTTP server over a store, not yet listening: `inject` it in a test, or `listen`. Closing it ends its
 * streams and waits for its requests; the store stays open.
 *
 * @throws ServerError `TOKEN_REQUIRED`, `INVALID_OPTION`
 */
export async function buildServer(options: AppOptions): Promise<FastifyInstance> {
  checkOptions(options);
  const { store, host = DEFAULT_HOST, token, corsOrigins = [], startFork, webRoot, logger } = options;
  const app: FastifyInstance = Fastify({
    ...(logger !== undefined && { loggerInstance: logger }),
    requestTimeout: REQUEST_TIMEOUT,
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH, ignoreTrailingSlash: true },
    frameworkErrors: (error, _request, reply) => void sendError(reply, toApiError(error)),
    clientErrorHandler: (error, socket) => answerClientError(error, socket),
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  // Node hands these over apart from requests, and hangs up where nobody takes them.
  app.server.on("connect", (_request, socket) => socket.end(ontoSocket(NO_PROXY)));
  const context: ApiContext = {
    store,
    memory: new FairBudget(MEMORY_FOR_SHORT_ANSWERS),
    gate: new Gate(store),
    streams: new LiveStreams(),
    forks: startFork && new Forks(startFork),
  };
  app.addHook("onSend", (_request, reply, _payload, done) => {
    letGoWhenStalled(reply.raw);
    done();
  });
  installCompression(app);
  app.addHook("preClose", async () => context.streams.stop());
  app.addHook("onClose", () => context.gate.close());

  installErrorAnswers(app);
  readWithZod(app);
  await installHeaders(app);
  installHostCheck(app, hostCheck(host, corsOrigins));
  installHeaderCheck(app);
  // The documentation is for persons, as the UI is, and holds no data.
  const dataPaths = API_PATHS.filter((path) => path !== "docs");
  installCrossSiteCheck(app, corsOrigins, dataPaths);
  await installCrossOrigin(app, corsOrigins);
  await installOpenApi(app, token !== undefined);
  await installUi(app, webRoot, API_PATHS);
  await app.register(async (api: FastifyInstance) => {
    if (token !== undefined) await installTokenCheck(api, token);
    await addApi(api, context);
  });
  await app.register(addDocumentation);
  await app.ready();
  return app;
}

async function addApi(api: FastifyInstance, context: ApiContext): Promise<void> {
  installTurns(api);
  api.addHook("onRequest", (_request, reply, done) => {
    // A run grows, and what is in it is nobody else's: caches keep nothing.
    reply.header("cache-control", "no-store");
    done();
  });
  const typed: Api = api.withTypeProvider();
  for (const add of ROUTES) add(typed, context);
}

function readWithZod(app: FastifyInstance): void {
  app.setValidatorCompiler((route) => {
    if (route.httpPart !== "querystring" || !(route.schema instanceof z.ZodObject)) {
      return validatorCompiler({ ...route, schema: z.instanceof(z.ZodType).parse(route.schema) });
    }
    const read = queryReader(route.schema);
    return (raw) => {
      try {
        return { value: read(raw) };
      } catch (error) {
        return { error: toApiError(error) };
      }
    };
  });
  // No check on the way out: an answer that is not as documented must not become a 500, and lines go out as bytes.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
}

const NO_REQUEST = new ApiError("INVALID_ARGUMENT", "This is no HTTP request that the server understands.");
const NO_PROXY = new ApiError(
  "METHOD_NOT_ALLOWED",
  "CONNECT: this server is no proxy; /docs lists what there is.",
);

/** For what never became a request: too large a head, no HTTP, a client that is too slow. */
function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (socket.destroyed || error.code === "ECONNRESET") return;
  if (socket.writable) socket.end(ontoSocket(NO_REQUEST));
  else socket.destroy(error);
}
