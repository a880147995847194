import { createApiClient } from "../../logic/api/index.ts";
import { createConnectionMonitor } from "../../logic/connection/index.ts";
import { queryClient } from "./query-client.ts";
import { readToken } from "./token.ts";

/** Whether the server answers right now. */
export async function isAnswered(): Promise<boolean> {
  try {
    return (await fetch("/health", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

export const connection = createConnectionMonitor(isAnswered, () => void queryClient.invalidateQueries());

export const api = createApiClient({
  baseUrl: "",
  fetch: (url, init) => fetch(url, init),
  token: readToken,
  onReachable: (reachable) => connection.report(reachable),
});
