export type { LogFacts } from "./header.ts";
export { logFacts } from "./log-facts.ts";
export { loadFacts, loadLog, SIDECAR_FILE, saveLog } from "./saved-log.ts";
