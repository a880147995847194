import { eventSchemaDocument } from "@llm-sim/api";
import { eventJsonSchema } from "@llm-sim/events/schema";
import type { Api } from "./api.ts";
import { routeSchema } from "./route-schema.ts";

export function addEventSchema(api: Api): void {
  const schema = eventJsonSchema();
  api.get(eventSchemaDocument.path, { schema: routeSchema(eventSchemaDocument) }, () => schema);
}
