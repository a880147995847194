import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "@llm-sim/store";
import { afterAll, beforeAll, expect, it } from "vitest";
import { compareStores } from "./compare.mjs";
import { SHORT_KINDS, writeCorpus } from "./corpus.mjs";

const outputDir = mkdtempSync(join(tmpdir(), "llm-sim-same-"));

beforeAll(() => writeCorpus(outputDir, { kinds: SHORT_KINDS, examples: false }), 60_000);
afterAll(() => rmSync(outputDir, { recursive: true, force: true }));

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
