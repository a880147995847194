export { Comparisons } from "./comparisons.ts";
export { IntegrityChecks } from "./integrity-checks.ts";
