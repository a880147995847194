// The tests of the causes, over code of which one place is taken out: CAUSES_MUTANT is its number in mutations.mjs, or `none`.
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { MUTATIONS } from "./mutations.mjs";

const root = join(import.meta.dirname, "../..");
const mutant = process.env.CAUSES_MUTANT;
const mutation = mutant === "none" ? undefined : MUTATIONS[Number(mutant)];
if (!mutation && mutant !== "none") throw new Error("CAUSES_MUTANT is no number of a mutation");
const path = mutation && join(root, "packages/simulation/src", mutation.file);

export default defineConfig({
  root,
  plugins: [
    {
      name: "mutant",
      enforce: "pre",
      transform: (code, id) =>
        mutation && id === path ? code.replace(mutation.take, () => mutation.put) : undefined,
    },
  ],
  test: {
    include: [`packages/simulation/src/intervention/${process.env.CAUSES_TESTS ?? "*.test.ts"}`],
    pool: "forks",
    maxWorkers: 2,
    bail: 1,
    testTimeout: 120_000,
    reporters: ["json"],
  },
});
