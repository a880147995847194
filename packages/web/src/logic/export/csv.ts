import type { Event } from "@llm-sim/events/schema";

/** The columns every event has, then those of single kinds, then what is left as JSON. */
const COLUMNS = [
  "event_id",
  "timestamp",
  "turn_number",
  "event_type",
  "simulation_id",
  "agent_id",
  "description",
  "caused_by",
  "milestone_type",
  "name",
  "decision_type",
  "action_type",
  "action_payload",
  "interaction_type",
  "participating_agent_ids",
  "variable_name",
  "scope",
  "change",
  "old_value",
  "new_value",
  "calculation_type",
  "intermediate_values",
  "status",
  "error_type",
  "retry_count",
  "subject_agent_id",
  "details",
] as const;

export const CSV_HEADER = `${COLUMNS.join(",")}\r\n`;

/** One line of RFC 4180. Lists of ids are joined with spaces, other values that are no text are JSON. */
export function csvRow(event: Event): string {
  const fields: Readonly<Record<string, unknown>> = event;
  return `${COLUMNS.map((column) => csvField(fields[column])).join(",")}\r\n`;
}

function csvField(value: unknown): string {
  if (value === undefined || value === null) return "";
  const text =
    typeof value === "string"
      ? guarded(value)
      : isListOfText(value)
        ? guarded(value.join(" "))
        : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A spreadsheet would run text that begins like a formula (OWASP, "CSV Injection"). */
function guarded(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function isListOfText(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
