import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "@llm-sim/store";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compareStores } from "./compare.mjs";
import { SHORT_KINDS, writeCorpus, writeOddBatches } from "./corpus.mjs";

const home = mkdtempSync(join(tmpdir(), "llm-sim-same-"));
const [outputDir, oddBatches] = [join(home, "runs"), join(home, "batches")];

beforeAll(async () => {
  await writeCorpus(outputDir, { kinds: SHORT_KINDS, examples: false });
  await writeOddBatches(oddBatches);
}, 60_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

it("answers every question alike with and without what it keeps beside the runs, and with next to no memory", async () => {
  const one = openStore(outputDir);
  const other = openStore(outputDir, { sidecar: false, memory: 1 });
  try {
    const { asked, runs, differences } = await compareStores(one, other, { many: 20 });
    expect(differences).toEqual([]);
    expect(runs).toBeGreaterThan(SHORT_KINDS.length);
    expect(asked).toBeGreaterThan(runs * 30);
  } finally {
    await one.close();
    await other.close();
  }
}, 60_000);

it("answers of batches alike whose runs are cut off, damaged, missing or none of theirs, asked at once or one after the other", async () => {
  const one = openStore(oddBatches);
  const other = openStore(oddBatches, { sidecar: false, memory: 1 });
  try {
    expect((await other.listBatches()).map(({ id, runs }) => [id, runs])).toEqual([
      ["odd", 29],
      ["odder", 2],
    ]);
    const { asked, differences } = await compareStores(one, other, { only: "odd-whole-1" });
    expect(differences).toEqual([]);
    expect(asked).toBeGreaterThan(80);
  } finally {
    await one.close();
    await other.close();
  }
}, 60_000);
