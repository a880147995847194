import { useSyncExternalStore } from "react";
import type { ConnectionState } from "../../logic/connection-monitor.ts";
import { connection } from "./api.ts";

/** Whether the server answers. */
export function useConnection(): ConnectionState {
  return useSyncExternalStore(connection.subscribe, () => connection.state);
}
