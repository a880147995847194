import { type ForkAnswer, type ForkRequest, fork } from "@llm-sim/api";
import { type ApiClient, type Connection, isApiError, pause, sendCommand } from "../api/index.ts";

/** Has the server play a run again with something made otherwise. Throws ApiRequestError. */
export function forkRun(connection: Connection, id: string, request: ForkRequest): Promise<ForkAnswer> {
  return sendCommand(connection, fork, id, request);
}

/** How often, and how long, a run that was begun is looked for: in milliseconds, and times. */
const LOOK = 400;
const LOOKS = 75;

/** Waits until a run that was begun has something to show. */
export async function untilThere(api: Pick<ApiClient, "run">, id: string, look = LOOK): Promise<void> {
  for (let looks = 0; looks < LOOKS; looks++) {
    try {
      await api.run({ id });
      return;
    } catch (error) {
      if (!isApiError(error, "SIMULATION_NOT_FOUND")) throw error;
      await pause(look);
    }
  }
}
