import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { LOCK_FILE, MANIFEST_SPARE_FILE } from "@llm-sim/events/run";
import { isIndexFile } from "@llm-sim/store";

/** What is no part of a run: who writes it, and what may be deleted at any time. */
const isLeftOut = (name: string) =>
  name === LOCK_FILE ||
  name === MANIFEST_SPARE_FILE ||
  name.endsWith(".lock") ||
  name.endsWith(".tmp") ||
  isIndexFile(name);

/** The regular files that a run consists of, log and tape among them, by their paths in its directory. */
export async function filesOf(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && !isLeftOut(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
}
