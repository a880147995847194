// Installs what is missing and compiles what changed (tsc -b keeps its own record of what is up to date).
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { install, root, run } from "./install.mjs";

export function build() {
  install();
  run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-b"]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) build();
