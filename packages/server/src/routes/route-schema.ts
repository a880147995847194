import { API_ERRORS, COMMON_ERRORS, type Endpoint, errorSchema } from "@llm-sim/api";

/** A route's `schema`: what requests are read by, and what the OpenAPI document says of it. */
export function routeSchema<Asked extends Endpoint>(endpoint: Asked) {
  const { operationId, summary, description, tag, answer, answers, contentType } = endpoint;
  const params: Asked["parts"] = endpoint.parts;
  const querystring: Asked["query"] = endpoint.query;
  return {
    operationId,
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    params,
    querystring,
    response: {
      200: { description: answers, content: { [contentType ?? "application/json"]: { schema: answer } } },
      ...failures(endpoint),
    },
  };
}

/** The errors of a question by their status, each code with when it comes. */
function failures({ errors }: Pick<Endpoint, "errors">) {
  const byStatus = new Map<number, string[]>();
  for (const code of [...COMMON_ERRORS, ...errors]) {
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
