import { createApiClient } from "../../logic/api/index.ts";
import { createConnectionMonitor } from "../../logic/connection/index.ts";
import { queryClient } from "./query-client.ts";
import { readToken } from "./token.ts";

export const connection = createConnectionMonitor(
  async () => (await fetch("/health", { cache: "no-store" })).ok,
  () => void queryClient.invalidateQueries(),
);

export const api = createApiClient({
  baseUrl: "",
  fetch: (url, init) => fetch(url, init),
  token: readToken,
  onReachable: (reachable) => connection.report(reachable),
});
