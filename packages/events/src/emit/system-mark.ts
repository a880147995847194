import { SYSTEM_STATUSES, type SystemMark, type SystemStatus } from "../schema/index.ts";
import type { SystemFields } from "./fields.ts";

const NO_MARK: SystemMark = {};

/** What decides at which level a SYSTEM event is recorded, as far as it can be read. */
export function markOf(fields: SystemFields | undefined): SystemMark {
  if (fields === undefined) return NO_MARK;
  try {
    const details: unknown = fields.details;
    const system_event_type: unknown =
      typeof details === "object" && details !== null && "system_event_type" in details
        ? details.system_event_type
        : undefined;
    return { error_type: fields.error_type, system_event_type };
  } catch {
    return NO_MARK;
  }
}

export function isSystemStatus(status: unknown): status is SystemStatus {
  return SYSTEM_STATUSES.some((one) => one === status);
}
