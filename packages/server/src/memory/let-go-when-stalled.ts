import type { ServerResponse } from "node:http";
import { Socket } from "node:net";
import { STALLED_AFTER } from "../limits.ts";

/**
 * From now on the connection is closed when nothing of the answer has moved for a minute, so that nobody holds memory for
 * longer. Not before: an answer may take its time to be found.
 */
export function letGoWhenStalled({ socket }: ServerResponse): void {
  // An injected request has no real one.
  if (socket instanceof Socket) socket.setTimeout(STALLED_AFTER);
}
