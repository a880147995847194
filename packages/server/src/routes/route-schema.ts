import {
  API_ERRORS,
  type ApiErrorCode,
  COMMAND_ERRORS,
  COMMON_ERRORS,
  type Command,
  type Endpoint,
  errorSchema,
} from "@llm-sim/api";

/** A route's `schema`: what requests are read by, and what the OpenAPI document says of it. */
export function routeSchema<Asked extends Endpoint>(endpoint: Asked) {
  const { answer, answers, contentType } = endpoint;
  const params: Asked["parts"] = endpoint.parts;
  const querystring: Asked["query"] = endpoint.query;
  return {
    ...described(endpoint),
    params,
    querystring,
    response: {
      200: { description: answers, content: { [contentType ?? "application/json"]: { schema: answer } } },
      ...failures([...COMMON_ERRORS, ...endpoint.errors]),
    },
  };
}

/** The same of something that is to be done. */
export function commandSchema<Asked extends Command>(command: Asked) {
  const { answer, answers, status = 202 } = command;
  const params: Asked["parts"] = command.parts;
  const body: Asked["body"] = command.body;
  return {
    ...described(command),
    params,
    body,
    response: {
      [status]: { description: answers, content: { "application/json": { schema: answer } } },
      ...failures([...COMMAND_ERRORS, ...command.errors]),
    },
  };
}

function described({
  operationId,
  summary,
  description,
  tag,
}: Pick<Endpoint, "operationId" | "summary" | "description" | "tag">) {
  return { operationId, summary, ...(description !== undefined && { description }), tags: [tag] };
}

/** Errors by their status, each code with when it comes. */
function failures(codes: readonly ApiErrorCode[]) {
  const byStatus = new Map<number, string[]>();
  for (const code of codes) {
    const { status, when } = API_ERRORS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), `${code}: ${when}`]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, lines]) => [
      status,
      { description: lines.join("; "), content: { "application/json": { schema: errorSchema } } },
    ]),
  );
}
