import type { Event } from "@llm-sim/events/schema";
import type { Cell } from "./cell.ts";
import type { ExportedRun } from "./exported-run.ts";
import { orderedEvents } from "./ordered-events.ts";
import type { ColumnType, ExportTable } from "./table.ts";

interface EventColumn {
  name: string;
  type: ColumnType;
}

/** Every field that an event of some kind has, and `extra` for those that the schema does not know. */
const COLUMNS: readonly EventColumn[] = [
  { name: "run", type: "VARCHAR" },
  { name: "simulation_id", type: "VARCHAR" },
  { name: "event_id", type: "VARCHAR" },
  { name: "timestamp", type: "TIMESTAMP" },
  { name: "turn_number", type: "BIGINT" },
  { name: "event_type", type: "VARCHAR" },
  { name: "agent_id", type: "VARCHAR" },
  { name: "description", type: "VARCHAR" },
  { name: "caused_by", type: "JSON" },
  { name: "causes_omitted", type: "BIGINT" },
  { name: "milestone_type", type: "VARCHAR" },
  { name: "name", type: "VARCHAR" },
  { name: "decision_type", type: "VARCHAR" },
  { name: "action_type", type: "VARCHAR" },
  { name: "action_payload", type: "JSON" },
  { name: "interaction_type", type: "VARCHAR" },
  { name: "participating_agent_ids", type: "JSON" },
  { name: "scope", type: "VARCHAR" },
  { name: "variable_name", type: "VARCHAR" },
  { name: "change", type: "VARCHAR" },
  { name: "old_value", type: "JSON" },
  { name: "new_value", type: "JSON" },
  { name: "calculation_type", type: "VARCHAR" },
  { name: "intermediate_values", type: "JSON" },
  { name: "status", type: "VARCHAR" },
  { name: "error_type", type: "VARCHAR" },
  { name: "retry_count", type: "BIGINT" },
  { name: "subject_agent_id", type: "VARCHAR" },
  { name: "details", type: "JSON" },
  { name: "lossy", type: "JSON" },
  { name: "extra", type: "JSON" },
];

const KNOWN: ReadonlySet<string> = new Set(
  COLUMNS.map((column) => column.name).filter((name) => name !== "extra" && name !== "run"),
);

/** The events of runs, run after run, each in order of (timestamp, place in the log), with one column for each field and, first, what the export calls the run. */
export function eventTable(runs: readonly ExportedRun[]): ExportTable {
  return { columns: COLUMNS, rows: rows(runs) };
}

async function* rows(runs: readonly ExportedRun[]): AsyncGenerator<readonly Cell[], void, undefined> {
  for (const { run, log } of runs) {
    for await (const page of orderedEvents(log)) yield* page.events().map((event) => cells(run, event));
  }
}

function cells(run: string, event: Event): Cell[] {
  const fields = new Map<string, unknown>(Object.entries(event));
  const extra = [...fields].filter(([name]) => !KNOWN.has(name));
  if (extra.length > 0) fields.set("extra", Object.fromEntries(extra));
  return COLUMNS.map(({ name }) => (name === "run" ? run : fields.get(name)));
}
