// `prepack` of every package: builds what is not built, so that no package is ever packed empty or old.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";

build();
const manifest = JSON.parse(readFileSync("package.json", "utf8"));
for (const file of named({ ...manifest.exports, ...manifest.bin, files: manifest.files })) {
  if (existsSync(join(process.cwd(), file))) continue;
  console.error(`${manifest.name} is not packed: its package.json names ${file}, which is not there.`);
  process.exit(1);
}

/** The files and folders that a manifest promises. */
function named(entry) {
  if (typeof entry === "string") return /[!*]/.test(entry) ? [] : [entry];
  return Object.values(entry).flatMap(named);
}
