import type { RunManifest } from "@llm-sim/events/run";
import * as z from "zod";

const configuredSchema = z.object({
  agents: z.array(z.object({ name: z.string(), type: z.string(), count: z.int().optional() })),
});

// run.json is read anew where it changed, and a config of a thousand agents not for each question.
const known = new WeakMap<RunManifest, (agentId: string) => string | undefined>();

/** The type of an agent, as the recorded config names it; `undefined` where that does not tell. */
export function agentTypes(manifest: RunManifest): (agentId: string) => string | undefined {
  const before = known.get(manifest);
  if (before !== undefined) return before;
  const { agents = [] } = configuredSchema.safeParse(manifest.config).data ?? {};
  const single = new Map(
    agents.flatMap(({ name, type, count }) => (count === undefined ? [[name, type] as const] : [])),
  );
  const many = agents.filter(({ count }) => count !== undefined);
  const typeOf = (agentId: string) =>
    single.get(agentId) ?? many.find(({ name }) => isNumbered(agentId, name))?.type;
  known.set(manifest, typeOf);
  return typeOf;
}

/** `person-017`: one of so many of a name. */
function isNumbered(agentId: string, name: string): boolean {
  return agentId.startsWith(`${name}-`) && /^\d+$/.test(agentId.slice(name.length + 1));
}
