import {
  ApiRequestError,
  type ForkAnswer,
  type ForkRequest,
  fork,
  parseAnswer,
  requestError,
} from "@llm-sim/api";
import { type ApiClient, type Connection, isApiError, pause, UNREACHABLE } from "../api/index.ts";

/** Has the server play a run again with something made otherwise. Throws ApiRequestError. */
export async function forkRun(connection: Connection, id: string, request: ForkRequest): Promise<ForkAnswer> {
  const path = fork.path.replace(":id", encodeURIComponent(id));
  const token = connection.token();
  const response = await connection
    .fetch(connection.baseUrl + path, {
      method: "POST",
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(request),
    })
    .catch((error: unknown) => {
      connection.onReachable(false);
      throw new ApiRequestError(UNREACHABLE, `The server does not answer: ${String(error)}.`, 0);
    });
  if (!response.ok) throw await requestError(response, path);
  return parseAnswer(fork, await response.json(), path);
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
