// Everything that reads the code without running it: format, lint with types, import cycles, what the build does not compile, boundaries.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { boundaryProblems } from "./boundaries.mjs";
import { build } from "./build.mjs";
import { root, run } from "./install.mjs";

const bin = (name) => join(root, "node_modules", ".bin", name);

export function check() {
  run(bin("biome"), ["check", "--error-on-warnings", "."]);
  run(bin("oxlint"), ["--type-aware", "--deny-warnings"]);
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  run(process.execPath, [tsc, "-p", "tsconfig.unbuilt.json"]);
  run(process.execPath, [tsc, "-p", "packages/web"]);
  const problems = boundaryProblems();
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    console.error(`${problems.length} imports break the boundaries that CONTRIBUTING.md draws.`);
    process.exit(1);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  build();
  check();
}
