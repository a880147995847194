import type { FastifyInstance, FastifyRequest } from "fastify";
import { ApiError, METHODS, sendError, unknownAddress } from "../errors/index.ts";
import { addBuiltFiles } from "./built-files.ts";
import { PLAIN_PAGE } from "./plain-page.ts";
import { installSharedAddresses } from "./shared-addresses.ts";

/**
 * The UI's files at `/`, or a plain page where there is no `webRoot`. What no route knows is answered here: a page of
 * the UI's own to a browser that navigates outside `apiPaths`, else 404; 405 to a method that changes things. It is installed
 * before the API's routes, some of whose addresses are the UI's, too.
 */
export async function installUi(
  app: FastifyInstance,
  webRoot: string | undefined,
  apiPaths: readonly string[],
): Promise<void> {
  if (webRoot !== undefined) {
    await addBuiltFiles(app, webRoot);
    installSharedAddresses(app);
  } else
    app.get("/", { schema: { hide: true } }, (_request, reply) =>
      reply.type("text/html; charset=utf-8").send(PLAIN_PAGE),
    );

  app.setNotFoundHandler((request, reply) => {
    if (request.method === "OPTIONS") return reply.code(204).header("allow", METHODS).send();
    if (request.method !== "GET" && request.method !== "HEAD") {
      return sendError(reply, new ApiError("METHOD_NOT_ALLOWED", `Everything here is read: use ${METHODS}.`));
    }
    if (webRoot !== undefined && isNavigation(request, apiPaths)) return reply.sendFile("index.html");
    return sendError(reply, unknownAddress());
  });
}

/** Whether a browser asks for a page, and not for the API or a file. */
function isNavigation({ url, headers }: FastifyRequest, apiPaths: readonly string[]): boolean {
  const [path = "/"] = url.split("?");
  const first = path.split("/")[1] ?? "";
  const isFile = /\.[a-z0-9]+$/i.test(path);
  return !apiPaths.includes(first) && !isFile && (headers.accept?.includes("text/html") ?? false);
}
