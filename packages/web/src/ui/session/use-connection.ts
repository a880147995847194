import type { ConnectionState } from "../../logic/connection-monitor.ts";
import { useStore } from "../use-store.ts";
import { connection } from "./api.ts";

/** Whether the server answers. */
export function useConnection(): ConnectionState {
  return useStore(connection);
}
