import type { Cell } from "./cell.ts";

/** A column's type in Parquet; in CSV and JSON Lines values stand for themselves. */
export type ColumnType = "VARCHAR" | "BIGINT" | "TIMESTAMP" | "JSON";

/** Rows of equal shape, made one after the other. */
export interface ExportTable {
  columns: readonly { name: string; type: ColumnType }[];
  rows: AsyncIterable<readonly Cell[]>;
}
