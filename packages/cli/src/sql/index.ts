export type { SqlAnswer, SqlLimits } from "./answer.ts";
export { printAnswer, type SqlForm } from "./print-answer.ts";
export { queryDisk, type RunOfQuery } from "./query-disk.ts";
