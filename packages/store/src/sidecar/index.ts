export { ArrayCache } from "./array-cache.ts";
export type { LogFacts } from "./header.ts";
export { INDEX_FILE, isIndexFile } from "./index-files.ts";
export { logFacts } from "./log-facts.ts";
export { DamagedIndex } from "./part-file.ts";
export { loadFacts, loadLog, saveLog } from "./saved-log.ts";
