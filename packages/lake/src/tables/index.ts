// The tables of a lake. A run's rows carry `edition`: which log of that id they are of; a log that was cut or repaired is another
// edition, and questions are asked of the highest alone.
export {
  columnsOf,
  ENDING_BYTES,
  ENDINGS,
  type Ending,
  MARK_KINDS,
  type MarkKind,
  PLACED_TABLES,
  type PlacedTable,
  TABLES_VERSION,
  type TableName,
} from "./definition.ts";
export { ensureTables, findTables } from "./ensure.ts";
