// A SELECT over a lake.
export { type LakeSqlLimits, queryLake } from "./query-lake.ts";
