import { EVENT_COLUMNS } from "@llm-sim/events/columns";
import { EVENT_TYPES, MODEL_CALL } from "@llm-sim/events/schema";
import { identifier, literal } from "../duckdb/index.ts";

/** A line may be as long as an event may be, and some longer ones are there. */
const LONGEST_LINE = 32 * 1024 * 1024;
const FILES_OF_INSERT = 500;

/** Columns that have another name, or another form, than the member of the event; these are named as in the lake. */
const OWN: Readonly<Record<string, string>> = {
  event_id: text("event_id"),
  timestamp: `TRY_CAST(${text("timestamp")} AS TIMESTAMP)`,
  turn: `TRY_CAST(${text("turn_number")} AS BIGINT)`,
  event_type: text("event_type"),
  agent_id: `coalesce(${text("agent_id")}, '')`,
  subject_agent_id: `coalesce(${text("subject_agent_id")}, '')`,
  participating_agent_ids: texts("participating_agent_ids"),
  name: `coalesce(${["name", "milestone_type", "decision_type", "action_type", "variable_name", "calculation_type", "error_type"].map(text).join(", ")}, '')`,
  caused_by: texts("caused_by"),
};
const LEFT_OUT = new Set([...Object.keys(OWN), "run", "turn_number", "extra", "simulation_id"]);

/** A segment of a run's log. */
export interface LogFile {
  run: string;
  path: string;
}

/**
 * What makes the tables, which are views of the logs where they lie: `events`, `variables`, `calls` and `edges`, named as in the lake.
 * Lines that are no events are left out; `place` ascends along each log.
 */
export function viewStatements(files: readonly LogFile[]): string[] {
  const paths = files.map(({ path }) => literal(path)).join(", ");
  const lines =
    files.length === 0
      ? "SELECT NULL::JSON AS line, NULL::VARCHAR AS filename, 0 AS place WHERE false"
      : `SELECT json AS line, filename, row_number() OVER () - 1 AS place
         FROM read_ndjson_objects([${paths}], filename = true, ignore_errors = true, maximum_object_size = ${LONGEST_LINE})`;
  const members = EVENT_COLUMNS.filter(({ name }) => !LEFT_OUT.has(name)).map(
    ({ name, type }) =>
      `${type === "JSON" ? json(name) : type === "BIGINT" ? `TRY_CAST(${text(name)} AS BIGINT)` : text(name)} AS ${identifier(name)}`,
  );
  const own = Object.entries(OWN).map(([name, value]) => `${value} AS ${identifier(name)}`);
  const kinds = EVENT_TYPES.map(literal).join(", ");
  return [
    "CREATE TABLE files_of_runs (path VARCHAR, run VARCHAR)",
    ...inserts(files),
    `CREATE VIEW events AS SELECT files_of_runs.run AS run, place, line, ${[...own, ...members].join(", ")}
       FROM (${lines}) AS lines JOIN files_of_runs ON files_of_runs.path = lines.filename
       WHERE ${text("event_type")} IN (${kinds}) AND ${text("event_id")} IS NOT NULL`,
    `CREATE VIEW variables AS SELECT run, place, turn, timestamp, agent_id, variable_name AS variable,
       CAST(new_value AS VARCHAR) AS text,
       CASE WHEN json_type(new_value) IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN CAST(new_value AS DOUBLE) END AS number,
       coalesce(change = 'removed', false) AS is_removed
       FROM events WHERE event_type = 'STATE'`,
    `CREATE VIEW calls AS SELECT run, place, event_id, turn, timestamp, subject_agent_id AS agent_id,
       (details ->> '$.call') AS call, details ->> '$.purpose' AS purpose, details ->> '$.model' AS model,
       details ->> '$.served_model' AS served_model, details ->> '$.outcome' AS outcome,
       TRY_CAST(details ->> '$.latency_ms' AS DOUBLE) AS latency_ms,
       TRY_CAST(details ->> '$.usage.input_tokens' AS BIGINT) AS input_tokens,
       TRY_CAST(details ->> '$.usage.output_tokens' AS BIGINT) AS output_tokens,
       TRY_CAST(details ->> '$.cost_usd' AS DOUBLE) AS cost_usd
       FROM events WHERE event_type = 'SYSTEM' AND (details ->> '$.system_event_type') = ${literal(MODEL_CALL)}`,
    "CREATE VIEW edges AS SELECT run, place, unnest(caused_by) AS cause FROM events WHERE caused_by IS NOT NULL",
  ];
}

function text(member: string): string {
  return `(line ->> ${literal(`$.${member}`)})`;
}

function json(member: string): string {
  return `(line -> ${literal(`$.${member}`)})`;
}

function texts(member: string): string {
  return `TRY_CAST(${json(member)} AS VARCHAR[])`;
}

function inserts(files: readonly LogFile[]): string[] {
  const statements: string[] = [];
  for (let at = 0; at < files.length; at += FILES_OF_INSERT) {
    const rows = files
      .slice(at, at + FILES_OF_INSERT)
      .map(({ path, run }) => `(${literal(path)}, ${literal(run)})`);
    statements.push(`INSERT INTO files_of_runs VALUES ${rows.join(", ")}`);
  }
  return statements;
}
