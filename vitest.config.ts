import { defineConfig } from "vitest/config";
import { SlowestReporter } from "./scripts/slowest-reporter.ts";

export default defineConfig({
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "packages/web/*.test.ts",
      "scripts/**/*.test.ts",
      "examples/**/*.test.ts",
      "docs/**/*.test.ts",
      "bench/**/*.test.ts",
    ],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    reporters: [new SlowestReporter(), "default"],
  },
});
