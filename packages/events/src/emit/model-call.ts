import { MODEL_CALL } from "../schema/index.ts";
import type { SystemFields } from "./fields.ts";

/** Whether a SYSTEM event tells of a call to a model, whose success is as interesting as the decision it served. */
export function isModelCall(fields: SystemFields | undefined): boolean {
  try {
    const details: unknown = fields?.details;
    return (
      typeof details === "object" &&
      details !== null &&
      "system_event_type" in details &&
      details.system_event_type === MODEL_CALL
    );
  } catch {
    return false;
  }
}
