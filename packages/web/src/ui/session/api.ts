import { createClient, run, runs } from "@llm-sim/api";
import { type Connection, jsonOver } from "../../logic/api/index.ts";
import { createConnectionMonitor } from "../../logic/connection-monitor.ts";
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

export const server: Connection = {
  baseUrl: "",
  fetch: (url, init) => fetch(url, init),
  token: readToken,
  onReachable: (reachable) => connection.report(reachable),
};

/** What the list of runs asks. Questions about what happened in a run are `ui/run-api`'s, which the first view does without. */
export const runsApi = createClient(jsonOver(server), { runs, run });
