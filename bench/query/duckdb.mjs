// DuckDB as a candidate: the log loaded into a table, and the log read where it lies.
import { statSync } from "node:fs";
import { join } from "node:path";

const COLUMNS = `columns = {event_id: 'VARCHAR', timestamp: 'VARCHAR', turn_number: 'BIGINT', event_type: 'VARCHAR',
  simulation_id: 'VARCHAR', agent_id: 'VARCHAR', caused_by: 'VARCHAR[]', description: 'VARCHAR',
  participating_agent_ids: 'VARCHAR[]', subject_agent_id: 'VARCHAR', details: 'JSON', old_value: 'JSON', new_value: 'JSON',
  action_payload: 'JSON', intermediate_values: 'JSON', milestone_type: 'VARCHAR', decision_type: 'VARCHAR',
  action_type: 'VARCHAR', interaction_type: 'VARCHAR', variable_name: 'VARCHAR', scope: 'VARCHAR',
  calculation_type: 'VARCHAR', status: 'VARCHAR', error_type: 'VARCHAR', retry_count: 'BIGINT'}, format = 'newline_delimited'`;

const list = (values) => values.map((value) => `'${value.replaceAll("'", "''")}'`).join(", ");
/** Six digits, as in the log: DuckDB compares text. */
const micros = (moment) => moment.replace(/\.(\d{3})Z$/, ".$1000Z");

function where(filter) {
  const parts = ["true"];
  if (filter.start_timestamp) parts.push(`timestamp >= '${micros(filter.start_timestamp)}'`);
  if (filter.end_timestamp) parts.push(`timestamp <= '${micros(filter.end_timestamp)}'`);
  if (filter.event_types) parts.push(`event_type IN (${list(filter.event_types)})`);
  if (filter.agent_ids) parts.push(`agent_id IN (${list(filter.agent_ids)})`);
  if (filter.turn_start !== undefined) parts.push(`turn_number >= ${filter.turn_start}`);
  if (filter.turn_end !== undefined) parts.push(`turn_number <= ${filter.turn_end}`);
  if (filter.caused_by) parts.push(`list_contains(caused_by, '${filter.caused_by}')`);
  if (filter.involving) {
    const agents = list(filter.involving);
    parts.push(
      `(agent_id IN (${agents}) OR subject_agent_id IN (${agents}) OR list_has_any(participating_agent_ids, [${agents}]))`,
    );
  }
  return parts.join(" AND ");
}

export async function openDuckdb(directory, databaseFile) {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(databaseFile);
  const connection = await instance.connect();
  const source = `read_json('${join(directory, "events*.jsonl")}', ${COLUMNS})`;
  const rows = async (sql) => (await connection.runAndReadAll(sql)).getRowObjects();

  const page = (from) => async (filter) => {
    const condition = where(filter);
    const [{ total }] = await rows(`SELECT count(*) AS total FROM ${from} WHERE ${condition}`);
    const found = await rows(
      `SELECT * FROM ${from} WHERE ${condition} ORDER BY timestamp, event_id LIMIT ${filter.limit} OFFSET ${filter.offset ?? 0}`,
    );
    return { total: Number(total), ids: found.map(({ event_id }) => event_id) };
  };
  return {
    async build() {
      await connection.run(`CREATE TABLE events AS SELECT * FROM ${source} ORDER BY timestamp, event_id`);
      await connection.run("CHECKPOINT");
    },
    size: () => statSync(databaseFile).size,
    page: page("events"),
    pageOfFiles: page(source),
    async byId(id) {
      return (await rows(`SELECT * FROM events WHERE event_id = '${id}'`))[0]?.event_id;
    },
    /** Ids of what led to the event, to a depth of 5. */
    async chain(id) {
      const found = await rows(`WITH RECURSIVE up(event_id, depth) AS (
          SELECT '${id}', 0 UNION
          SELECT unnest(e.caused_by), depth + 1 FROM up JOIN events e ON e.event_id = up.event_id WHERE depth < 5)
        SELECT DISTINCT event_id FROM up WHERE depth > 0`);
      return found.map(({ event_id }) => event_id);
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
