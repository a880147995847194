import type { FieldDifference } from "@llm-sim/api";
import { jsonDifferences } from "@llm-sim/events/canonical";
import { EVENT_TYPES, jsonValueSchema } from "@llm-sim/events/schema";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";
import type { Recording } from "../recording/index.ts";

const MILESTONE = EVENT_TYPES.indexOf("MILESTONE");

/** What of run.json says how a run was set up, in the order that a reader wants it. */
const SETUP = ["seed", "config", "modules", "versions", "llm_sim_commit", "git_commit", "parent"] as const;
const MAX_DIFFERENCES = 100;

export interface Side {
  view: RunView;
  recording: Recording;
}

/** How two runs were set up differently: as run.json says, where one has none as far as the logs' beginnings do. */
export function setupDifferences(left: Side, right: Side): FieldDifference[] {
  const [one, other] = [left.recording.manifest, right.recording.manifest];
  if (one === undefined || other === undefined) {
    const [start, otherStart] = [startOf(left.view), startOf(right.view)];
    const details = differencesAt("/simulation_start/details", start.details, otherStart.details);
    return details.length > 0
      ? details
      : differencesAt("/simulation_start/description", start.description, otherStart.description);
  }
  // That one was forked from another is no difference in how they were set up: what was made otherwise is an event.
  const isForked = [one, other].some(({ parent }) => parent !== undefined && parent.is_checkpoint !== true);
  return SETUP.filter((part) => part !== "parent" || !isForked)
    .flatMap((part) => differencesAt(`/${part}`, one[part], other[part]))
    .slice(0, MAX_DIFFERENCES);
}

function differencesAt(path: string, left: unknown, right: unknown): FieldDifference[] {
  return jsonDifferences(json(left), json(right), MAX_DIFFERENCES).map((found) => ({
    ...found,
    path: `${path}${found.path}`,
  }));
}

/** What a log says of the set-up besides the state; empty where its beginning is missing. */
function startOf(view: RunView): { details?: unknown; description?: string | undefined } {
  const milestones = view.index.rowsOf(NO_AGENT, MILESTONE);
  const first = milestones.length === 0 ? undefined : view.event(milestones.at(0));
  return first?.event_type === "MILESTONE" && first.milestone_type === "simulation_start" ? first : {};
}

function json(value: unknown): ReturnType<typeof jsonValueSchema.parse> | undefined {
  return value === undefined ? undefined : jsonValueSchema.parse(value);
}
