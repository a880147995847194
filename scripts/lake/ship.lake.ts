import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { directoryOf, type Lake, openLake, shipRun } from "@llm-sim/lake";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contentOf, EXAMPLES, filesBelow, makeOddLog, ODD_KINDS, runExample } from "./made-runs.mjs";
import { tryLake } from "./try-lake.mjs";

const home = mkdtempSync(join(tmpdir(), "llm-sim-shipped-"));
let tried: Awaited<ReturnType<typeof tryLake>>;
let lake: Lake;

beforeAll(async () => {
  tried = await tryLake();
  lake = openLake(tried.address());
});

afterAll(async () => {
  await lake.close();
  await tried.close();
  rmSync(home, { recursive: true, force: true });
});

async function shippedAndBack(directory: string): Promise<string> {
  const run = directory.split("/").at(-1) ?? "";
  await shipRun(lake, directory);
  const target = join(home, "back", run);
  await directoryOf(lake, run, target);
  return target;
}

describe("a run that is shipped", () => {
  it.each(EXAMPLES)("comes back byte for byte: %s", async (example) => {
    const directory = runExample(home, example, example, ["--verbosity", "DETAIL"]);
    const back = await shippedAndBack(directory);
    expect(contentOf(back)).toEqual(contentOf(directory));
  });

  it("is there once however often it is shipped", async () => {
    const directory = runExample(home, "market", "often");
    const first = await shipRun(lake, directory);
    expect(first.events).toBeGreaterThan(100);
    expect(await shipRun(lake, directory)).toMatchObject({ events: 0, edition: 1 });
    const counted = await lake.select("SELECT count() AS rows FROM events WHERE run = 'often'");
    expect(counted).toEqual([{ rows: first.events }]);
  });

  it("of many segments, some of them compressed, comes back as they were", async () => {
    const directory = runExample(home, "market", "segmented", [
      "--verbosity",
      "DETAIL",
      "--set",
      "events.max_file_size=64KB",
      "--set",
      "events.compress=gzip",
    ]);
    expect(filesBelow(directory).filter((file) => file.endsWith(".gz")).length).toBeGreaterThan(2);
    const back = await shippedAndBack(directory);
    expect(contentOf(back)).toEqual(contentOf(directory));
  });
});

describe("a log of other hands, broken disks and mistakes", () => {
  let whole: string;
  beforeAll(() => {
    whole = runExample(home, "market", "whole", ["--verbosity", "DETAIL", "--turns", "5"]);
  });

  it.each(ODD_KINDS.filter((kind) => kind !== "run.json of a later version"))(
    "comes back byte for byte: %s",
    async (kind) => {
      const directory = makeOddLog(home, kind, whole);
      const back = await shippedAndBack(directory);
      expect(contentOf(back)).toEqual(contentOf(directory));
    },
  );
});
