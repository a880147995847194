// The questions in SQLite's words: each is a list of statements `[sql, values]`. Values are bound, so that a statement
// prepared once serves every question of its shape.

const marks = (values) => values.map(() => "?").join(", ");
/** Six digits, as in the log: SQLite compares text. */
const micros = (moment) => moment.replace(/\.(\d{3})Z$/, ".$1000Z");

function where(filter) {
  const parts = ["1"];
  const values = [];
  const add = (part, ...bound) => {
    parts.push(part);
    values.push(...bound);
  };
  if (filter.start_timestamp) add("timestamp >= ?", micros(filter.start_timestamp));
  if (filter.end_timestamp) add("timestamp <= ?", micros(filter.end_timestamp));
  if (filter.event_types) add(`event_type IN (${marks(filter.event_types)})`, ...filter.event_types);
  if (filter.agent_ids) add(`agent_id IN (${marks(filter.agent_ids)})`, ...filter.agent_ids);
  if (filter.turn_start !== undefined) add("turn_number >= ?", filter.turn_start);
  if (filter.turn_end !== undefined) add("turn_number <= ?", filter.turn_end);
  if (filter.caused_by) add("seq IN (SELECT seq FROM edges WHERE cause = ?)", filter.caused_by);
  if (filter.involving)
    add(`seq IN (SELECT seq FROM involved WHERE agent IN (${marks(filter.involving)}))`, ...filter.involving);
  return { condition: parts.join(" AND "), values };
}

/** The exact total, then the lines of the page. */
export function pageStatements(filter) {
  const { condition, values } = where(filter);
  return [
    [`SELECT count(*) AS total FROM events WHERE ${condition}`, values],
    [
      `SELECT event_id, line FROM events WHERE seq IN
        (SELECT seq FROM events WHERE ${condition} ORDER BY seq LIMIT ? OFFSET ?) ORDER BY seq`,
      [...values, filter.limit, filter.offset ?? 0],
    ],
  ];
}

export function byIdStatements(id) {
  return [["SELECT event_id, line FROM events WHERE event_id = ?", [id]]];
}

/** What led to the event, to a depth of 5. */
export function chainStatements(id) {
  return [
    [
      `WITH RECURSIVE up(seq, depth) AS (
        SELECT seq, 0 FROM events WHERE event_id = ? UNION
        SELECT c.seq, depth + 1 FROM up CROSS JOIN edges ON edges.seq = up.seq CROSS JOIN events c ON c.event_id = cause WHERE depth < 5)
      SELECT DISTINCT e.event_id, e.line FROM up CROSS JOIN events e ON e.seq = up.seq WHERE depth > 0`,
      [id],
    ],
  ];
}
