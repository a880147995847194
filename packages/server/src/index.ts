export { buildServer } from "./build-server.ts";
export { ForkRefused, type ForkStart, type StartedFork, type StartFork } from "./forks/index.ts";
export { type AppOptions, DEFAULT_HOST, DEFAULT_PORT } from "./options.ts";
export { isServerError, SERVER_ERROR_CODES, ServerError, type ServerErrorCode } from "./server-error.ts";
export { type RunningServer, type ServerOptions, startServer } from "./start-server.ts";
