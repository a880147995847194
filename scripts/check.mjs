// Everything that reads the code without running it: format, lint, types of promises, unused code, boundaries.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { root, run } from "./install.mjs";

const bin = (name) => join(root, "node_modules", ".bin", name);

export function check() {
  run(bin("biome"), ["check", "--error-on-warnings", "."]);
  run(bin("oxlint"), ["--type-aware", "--deny-warnings"]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  build();
  check();
}
