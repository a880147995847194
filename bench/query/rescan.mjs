import { askPython, hasPython, segmentPaths } from "./python.mjs";

const LISTS = new Set(["agent_ids", "event_types"]);

/** `agent_ids=a,b&limit=100` → `{ agent_ids: ["a", "b"], limit: 100 }` */
function filterOf(query) {
  const named = [...new URLSearchParams(query)];
  return Object.fromEntries(
    named.map(([name, value]) => [name, LISTS.has(name) ? value.split(",") : Number(value)]),
  );
}

/** @returns milliseconds, total and ids of each page; `undefined` where there is no Python */
export function measureRescan(directory, queries) {
  if (!hasPython("json")) return undefined;
  return askPython("rescan.py", {
    segments: segmentPaths(directory),
    filters: queries.map(filterOf),
  }).map(([ms, total, ids]) => ({ ms, total, ids }));
}
