import type { FieldDifference } from "@llm-sim/api";
import { jsonDifferences } from "@llm-sim/events/canonical";
import type { RunManifest } from "@llm-sim/events/run";
import { jsonValueSchema } from "@llm-sim/events/schema";

/** What of run.json says how a run was set up, in the order that a reader wants it. */
const SETUP = ["seed", "config", "modules", "versions", "llm_sim_commit", "git_commit", "parent"] as const;
const MAX_DIFFERENCES = 100;

/** How two runs were set up differently; nothing where one of them does not say. */
export function setupDifferences(
  left: RunManifest | undefined,
  right: RunManifest | undefined,
): FieldDifference[] {
  if (left === undefined || right === undefined) return [];
  return SETUP.flatMap((part) =>
    jsonDifferences(json(left[part]), json(right[part]), MAX_DIFFERENCES).map((found) => ({
      ...found,
      path: `/${part}${found.path}`,
    })),
  ).slice(0, MAX_DIFFERENCES);
}

function json(value: unknown): ReturnType<typeof jsonValueSchema.parse> | undefined {
  return value === undefined ? undefined : jsonValueSchema.parse(value);
}
