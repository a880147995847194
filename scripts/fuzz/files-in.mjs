// What lies in a directory, so that what changed can be told.
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, relative } from "node:path";

/** @returns {Map<string, string>} by path, what is there */
export function filesIn(directory) {
  const files = new Map();
  for (const { parentPath, name } of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(parentPath, name);
    try {
      files.set(relative(directory, path), contentOf(path));
    } catch (error) {
      if (error.code !== "ENOENT") throw error; // a run that is written renames its files
    }
  }
  return files;
}

function contentOf(path) {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  if (!stat.isFile()) return stat.isDirectory() ? "folder" : "special";
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** @returns {string[]} paths; of what was not there `+ path`, of what is gone `- path` */
export function changedIn(before, after) {
  const changed = [...after].filter(([path, content]) => before.get(path) !== content);
  return [
    ...changed.map(([path]) => (before.has(path) ? path : `+ ${path}`)),
    ...[...before.keys()].filter((path) => !after.has(path)).map((path) => `- ${path}`),
  ];
}
