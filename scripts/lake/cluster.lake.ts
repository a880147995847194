import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openLakeStore, shipRun } from "@llm-sim/lake";
import { openStore } from "@llm-sim/store";
import { describe, expect, it } from "vitest";
import { linesOf, writeWholeRun } from "../faults/whole-run.mjs";
import { compareStores } from "../same-answers/compare.mjs";
import { isThere, useLake } from "./lake.test.fixture.ts";

const RUNS = ["one", "two", "three", "four", "five", "six"];
const EACH = `SELECT run, count() AS events, uniqExact(_shard_num) AS shards, any(_shard_num) AS shard FROM events GROUP BY run ORDER BY run`;

describe.skipIf(process.env.CLICKHOUSE_URL !== undefined)("runs on the two shards of a cluster", () => {
  const of = useLake("cluster", { isCluster: true });

  it("lie on one each, and are told of as they are in files", async () => {
    for (const id of RUNS) await shipRun(of.lake, await writeWholeRun(of.home, id, { turns: 4 }));
    const rows = await of.lake.select(EACH);
    expect(rows.map(({ run }) => run)).toEqual(RUNS.toSorted());
    expect(rows.map(({ shards }) => shards)).toEqual(RUNS.map(() => 1));
    expect(new Set(rows.map(({ shard }) => shard)).size).toBe(2);
    for (const id of RUNS) await isThere(of.lake, join(of.home, id), of.home);
    const [files, lake] = [openStore(of.home, { sidecar: false }), await openLakeStore(of.lake)];
    const { asked, differences } = await compareStores(files, lake, { many: 10 });
    expect(differences).toEqual([]);
    expect(asked).toBeGreaterThan(RUNS.length * 10);
    await lake.close();
    await files.close();
  });

  it("are shipped once by several at a time, go on, and begin anew where their log did", async () => {
    const directory = await writeWholeRun(of.home, "changing");
    const log = join(directory, "events.jsonl");
    const lines = linesOf(directory);
    const whole = readFileSync(log);
    writeFileSync(
      log,
      lines
        .slice(0, 20)
        .map((line) => `${line}\n`)
        .join(""),
    );
    await shipRun(of.lake, directory);
    appendFileSync(log, whole.subarray(readFileSync(log).length));
    await Promise.all([1, 2, 3].map(() => shipRun(of.lake, directory)));
    await isThere(of.lake, directory, of.home);
    writeFileSync(
      log,
      lines
        .toSpliced(5, 1)
        .map((line) => `${line}\n`)
        .join(""),
    );
    await shipRun(of.lake, directory);
    await isThere(of.lake, directory, of.home);
    const editions = await of.lake.select("SELECT DISTINCT edition FROM events WHERE run = 'changing'");
    expect(editions).toHaveLength(1);
  });
});
