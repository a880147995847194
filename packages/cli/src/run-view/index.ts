export { runColumns, runFields } from "./run-list.ts";
