import { ApiRequestError, type Command, parseAnswer, requestError } from "@llm-sim/api";
import type * as z from "zod";
import { UNREACHABLE } from "./errors.ts";
import type { Connection } from "./request.ts";

/** Has the server do something to a run; never tried again by itself. Throws ApiRequestError, or UnexpectedAnswer for what does not fit. */
export async function sendCommand<Body extends z.ZodObject, Answer extends z.ZodType>(
  connection: Connection,
  command: Pick<Command<string, z.ZodObject, Body, Answer>, "path" | "answer">,
  id: string,
  body: z.input<Body>,
): Promise<z.output<Answer>> {
  const path = command.path.replace(":id", encodeURIComponent(id));
  const token = connection.token();
  const response = await connection
    .fetch(connection.baseUrl + path, {
      method: "POST",
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    })
    .catch((error: unknown) => {
      connection.onReachable(false);
      throw new ApiRequestError(UNREACHABLE, `The server does not answer: ${String(error)}.`, 0);
    });
  if (!response.ok) throw await requestError(response, path);
  return parseAnswer<Answer>(command, await response.json(), path);
}
