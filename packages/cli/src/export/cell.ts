/** A value of a table, as JSON has it; `null` or `undefined` where there is none. */
export type Cell = unknown;
