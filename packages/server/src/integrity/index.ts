export { IntegrityChecks } from "./integrity-checks.ts";
