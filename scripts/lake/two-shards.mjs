// How one engine stands for a cluster of two shards: both are itself, and of the tables' rows each is shown those alone that were meant for it.
// Tables that would be replicated are plain ones here: that takes servers that speak to each other.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

export const CLUSTER = "two";
/** Nobody listens there: an engine that has an address of its own for that of a shard asks itself. */
const PORT = 9000;
/** Two names of one machine. */
const SHARDS = ["localhost", "127.0.0.1"];
const LOCAL_TABLES = `SELECT table, countIf(name = 'run') FROM system.columns
WHERE database = currentDatabase() AND endsWith(table, '_local') GROUP BY table`;

/** Arguments of an engine that is to know the cluster. @param folder where it may have a file */
export function clusterArguments(folder) {
  const file = join(folder, "cluster.xml");
  const shards = SHARDS.map(
    (host) =>
      `<shard><internal_replication>true</internal_replication><replica><host>${host}</host><port>${PORT}</port></replica></shard>`,
  );
  writeFileSync(
    file,
    `<clickhouse><tcp_port>${PORT}</tcp_port><remote_servers><${CLUSTER}>${shards.join("")}</${CLUSTER}></remote_servers></clickhouse>\n`,
  );
  return [`--config-file=${file}`];
}

/** A statement for all servers, for the one. */
export function onOneServer(sql) {
  return sql
    .replaceAll(` ON CLUSTER \`${CLUSTER}\``, "")
    .replaceAll(/\bReplicated(\w*MergeTree)\('[^']*', '[^']*'(?:, )?/g, "$1(")
    .replaceAll("replicated_deduplication_window =", "non_replicated_deduplication_window =")
    .replaceAll(/, replicated_deduplication_window_seconds = \d+/g, "");
}

/** Lets each shard see its own rows, in what is asked next of the session's database. */
export function divideRows(session) {
  const tables = session.query(LOCAL_TABLES, "TSV").toString().trim();
  if (tables === "") return;
  const filters = tables.split("\n").map((row) => {
    const [name, hasRun] = row.split("\t");
    const shard = hasRun === "0" ? "0" : `cityHash64(run) % ${SHARDS.length}`;
    return `'${name}': '${shard} = shardNum() - 1'`;
  });
  session.query(`SET additional_table_filters = {${filters.join(", ")}}`);
}
