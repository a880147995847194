import { health } from "@llm-sim/api";
import { buildOf } from "@llm-sim/events/run";
import type { Api, ApiContext } from "./api.ts";
import { routeSchema } from "./route-schema.ts";

const BUILD = buildOf(import.meta.url);

export function addHealth(api: Api, { forks }: ApiContext): void {
  const writes = forks === undefined ? {} : { allow_write: true };
  api.get(health.path, { schema: routeSchema(health) }, () => ({ status: "healthy", ...BUILD, ...writes }));
}
