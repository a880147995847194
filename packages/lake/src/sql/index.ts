// A SELECT over a lake.
export { type LakeSqlAnswer, type LakeSqlLimits, queryLake } from "./query-lake.ts";
