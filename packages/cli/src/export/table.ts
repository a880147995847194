import type { Cell, Column } from "@llm-sim/events/columns";

/** Rows of equal shape, made one after the other. */
export interface ExportTable {
  columns: readonly Column[];
  rows: AsyncIterable<readonly Cell[]>;
}
