// SQLite, tuned: covering indexes on what is filtered by, the lines themselves in the table. It takes part where
// `better-sqlite3` can be found (SQLITE_MODULE names another place): Node 20 has no SQLite of its own.
import { createReadStream, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const quoted = (values) => values.map((value) => `'${value.replaceAll("'", "''")}'`).join(", ");
const micros = (moment) => moment.replace(/\.(\d{3})Z$/, ".$1000Z");

function where(filter) {
  const parts = ["1"];
  if (filter.start_timestamp) parts.push(`timestamp >= '${micros(filter.start_timestamp)}'`);
  if (filter.end_timestamp) parts.push(`timestamp <= '${micros(filter.end_timestamp)}'`);
  if (filter.event_types) parts.push(`event_type IN (${quoted(filter.event_types)})`);
  if (filter.agent_ids) parts.push(`agent_id IN (${quoted(filter.agent_ids)})`);
  if (filter.turn_start !== undefined) parts.push(`turn_number >= ${filter.turn_start}`);
  if (filter.turn_end !== undefined) parts.push(`turn_number <= ${filter.turn_end}`);
  if (filter.caused_by) parts.push(`seq IN (SELECT seq FROM edges WHERE cause = '${filter.caused_by}')`);
  if (filter.involving)
    parts.push(`seq IN (SELECT seq FROM involved WHERE agent IN (${quoted(filter.involving)}))`);
  return parts.join(" AND ");
}

/** @returns `undefined` where there is no SQLite */
export async function openSqlite(directory, databaseFile) {
  const module = await import(process.env.SQLITE_MODULE ?? "better-sqlite3").catch(() => undefined);
  if (!module) return undefined;
  const database = new module.default(databaseFile);
  database.pragma("journal_mode = OFF");
  database.pragma("synchronous = OFF");
  database.pragma("cache_size = -1000000");
  return {
    async build() {
      database.exec(`CREATE TABLE events (seq INTEGER PRIMARY KEY, event_id TEXT, timestamp TEXT, turn_number INTEGER,
          event_type TEXT, agent_id TEXT, line TEXT);
        CREATE TABLE edges (cause TEXT, seq INTEGER, PRIMARY KEY (cause, seq)) WITHOUT ROWID;
        CREATE TABLE involved (agent TEXT, seq INTEGER, PRIMARY KEY (agent, seq)) WITHOUT ROWID;`);
      const event = database.prepare("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)");
      const edge = database.prepare("INSERT OR IGNORE INTO edges VALUES (?, ?)");
      const involvement = database.prepare("INSERT OR IGNORE INTO involved VALUES (?, ?)");
      database.exec("BEGIN");
      let seq = 0;
      for (const file of readdirSync(directory)
        .filter((name) => /^events.*\.jsonl$/.test(name))
        .toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1))) {
        for await (const line of createInterface({ input: createReadStream(join(directory, file)) })) {
          const it = JSON.parse(line);
          event.run(
            ++seq,
            it.event_id,
            it.timestamp,
            it.turn_number,
            it.event_type,
            it.agent_id ?? null,
            line,
          );
          for (const cause of it.caused_by ?? []) edge.run(cause, seq);
          for (const agent of [it.agent_id, it.subject_agent_id, ...(it.participating_agent_ids ?? [])])
            if (agent) involvement.run(agent, seq);
        }
      }
      database.exec("COMMIT");
      // Written in order of (timestamp, event_id): seq is that order.
      database.exec(`CREATE UNIQUE INDEX by_id ON events (event_id);
        CREATE UNIQUE INDEX by_effect ON edges (seq, cause);
        CREATE INDEX by_agent ON events (agent_id, event_type, seq, turn_number, timestamp);
        CREATE INDEX by_type ON events (event_type, seq, turn_number, timestamp);
        CREATE INDEX by_turn ON events (turn_number, seq);
        CREATE INDEX by_time ON events (timestamp, seq, event_type, agent_id);
        ANALYZE;`);
    },
    size: () => statSync(databaseFile).size,
    async page(filter) {
      const condition = where(filter);
      const { total } = database.prepare(`SELECT count(*) AS total FROM events WHERE ${condition}`).get();
      const ids = database
        .prepare(
          `SELECT event_id, line FROM events WHERE seq IN
            (SELECT seq FROM events WHERE ${condition} ORDER BY seq LIMIT ${filter.limit} OFFSET ${filter.offset ?? 0}) ORDER BY seq`,
        )
        .all()
        .map(({ event_id }) => event_id);
      return { total, ids };
    },
    async byId(id) {
      return database.prepare("SELECT event_id, line FROM events WHERE event_id = ?").get(id)?.event_id;
    },
    async chain(id) {
      const found = database
        .prepare(
          `WITH RECURSIVE up(seq, depth) AS (
            SELECT seq, 0 FROM events WHERE event_id = ? UNION
            SELECT c.seq, depth + 1 FROM up JOIN edges ON edges.seq = up.seq JOIN events c ON c.event_id = cause WHERE depth < 5)
          SELECT DISTINCT e.event_id, e.line FROM up JOIN events e ON e.seq = up.seq WHERE depth > 0`,
        )
        .all(id);
      return found.map(({ event_id }) => event_id);
    },
    close: () => database.close(),
  };
}
