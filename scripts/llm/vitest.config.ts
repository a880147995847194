// What is tried with a real model: `npm run test:llm`.
import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  // llama.cpp's addon ends a thread that it was loaded in: a process of its own.
  test: { include: ["scripts/llm/*.real.ts"], pool: "forks", maxWorkers: 1, testTimeout: 120_000 },
});
