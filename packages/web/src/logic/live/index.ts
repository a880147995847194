export { followRun, type LiveOptions, type LiveState } from "./follow-run.ts";
