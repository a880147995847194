import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { SlowestReporter } from "./scripts/slowest-reporter.ts";

/** Many small files that leave nothing behind: a process for each would load the same modules anew, a third of their time. */
const FOLDERS = [
  "events/src",
  "api/src",
  "store/src",
  "simulation/src",
  "llm/src",
  "lake/src",
  "server/src",
  "cli/src",
  "web/src",
];
const TOGETHER = FOLDERS.map((folder) => `packages/${folder}/**/*.test.ts`);
/** Those that have modules of users loaded, which name the packages: they would find others than those that a file before them loaded. */
const LOADING = [
  "packages/simulation/src/intervention/*.test.ts",
  "packages/simulation/src/config/module-loader.test.ts",
];
const ALONE = [
  ...LOADING,
  "packages/web/*.test.ts",
  "scripts/**/*.test.ts",
  "examples/**/*.test.ts",
  "docs/**/*.test.ts",
  "bench/**/*.test.ts",
];
const NONE = ["**/node_modules/**"];

/** What replaces modules has to be there before anybody has loaded them. */
const replacing = FOLDERS.flatMap((folder) =>
  readdirSync(join(import.meta.dirname, "packages", folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => join("packages", folder, file))
    .filter((file) => readFileSync(join(import.meta.dirname, file), "utf8").includes("vi.mock(")),
);

export default defineConfig({
  test: {
    pool: "forks",
    // A third of the tests wait: for a browser, a process, a disk.
    maxWorkers: 3,
    testTimeout: 30_000,
    reporters: [new SlowestReporter(), "default"],
    projects: [
      { extends: true, test: { name: "alone", include: [...ALONE, ...replacing] } },
      {
        extends: true,
        test: {
          name: "together",
          include: TOGETHER,
          exclude: [...NONE, ...LOADING, ...replacing],
          isolate: false,
        },
      },
    ],
  },
});
