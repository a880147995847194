import { shipRun } from "@llm-sim/lake";
import { beforeAll, describe, expect, it } from "vitest";
import { isThere, useLake } from "./lake.test.fixture.ts";
import { EXAMPLES, filesBelow, makeOddLog, ODD_KINDS, runExample } from "./made-runs.mjs";

const of = useLake("shipped");
const { home } = of;

async function comesBack(directory: string): Promise<void> {
  await shipRun(of.lake, directory);
  await isThere(of.lake, directory, home);
}

describe("a run that is shipped", () => {
  it.each(EXAMPLES)("comes back byte for byte: %s", async (example) => {
    const directory = runExample(home, example, example, ["--verbosity", "DETAIL"]);
    await comesBack(directory);
  });

  it("is there once however often it is shipped", async () => {
    const directory = runExample(home, "market", "often");
    const first = await shipRun(of.lake, directory);
    expect(first.events).toBeGreaterThan(100);
    expect(await shipRun(of.lake, directory)).toMatchObject({ events: 0, edition: 1 });
    const counted = await of.lake.select("SELECT count() AS rows FROM events WHERE run = 'often'");
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
    await comesBack(directory);
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
      await comesBack(directory);
    },
  );
});
