import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Lake, openLake, queryLake, shipRun } from "@llm-sim/lake";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeWholeRun } from "../faults/whole-run.mjs";
import { tryLake } from "./try-lake.mjs";

const home = mkdtempSync(join(tmpdir(), "llm-sim-sql-"));
const LIMITS = { rows: 100, bytes: 1_000_000, seconds: 20 };
let tried: Awaited<ReturnType<typeof tryLake>>;
let lake: Lake;
const ask = (sql: string, runs: string[] = [], limits = {}) =>
  queryLake(lake, sql, runs, { ...LIMITS, ...limits });

beforeAll(async () => {
  tried = await tryLake();
  lake = openLake(tried.address());
  for (const id of ["one", "two"]) await shipRun(lake, await writeWholeRun(home, id));
});

afterAll(async () => {
  await lake.close();
  await tried.close();
  rmSync(home, { recursive: true, force: true });
});

describe("sql over a lake", () => {
  it("asks the tables by the names that they have on disk, of the runs that are named", async () => {
    expect(await ask("SELECT run, status FROM runs ORDER BY run")).toEqual([
      { run: "one", status: "completed" },
      { run: "two", status: "completed" },
    ]);
    const kinds =
      "SELECT run, count() AS n FROM events WHERE event_type = 'ACTION' GROUP BY run ORDER BY run";
    expect(await ask(kinds, ["two"])).toEqual([{ run: "two", n: 24 }]);
    const last =
      "WITH last AS (SELECT agent_id, argMax(number, place) AS value FROM variables WHERE run = 'one' GROUP BY agent_id) SELECT * FROM last ORDER BY agent_id";
    expect(await ask(last)).toEqual([
      { agent_id: "alice", value: 22 },
      { agent_id: "bob", value: 22 },
    ]);
    expect(await ask("SELECT count() > 10 AS some FROM calls")).toEqual([{ some: 1 }]);
    expect(
      await ask("SELECT count() > 10 AS some FROM edges JOIN events ON edges.cause = events.event_id"),
    ).toEqual([{ some: 1 }]);
  });

  it("reads no more rows than it may, and stops what takes too long", async () => {
    const rows = await ask("SELECT number FROM numbers(100000)", [], { rows: 5 });
    expect(rows.length).toBeGreaterThan(5);
    await expect(
      ask("SELECT sum(sipHash64(a.number, b.number)) FROM numbers(1000000) AS a, numbers(1000000) AS b", [], {
        seconds: 1,
      }),
    ).rejects.toMatchObject({ name: "LakeError" });
  });

  it.each([
    "INSERT INTO runs SELECT * FROM runs",
    "DROP TABLE events",
    "CREATE TABLE x (a Int8) ENGINE = Memory",
    "ALTER TABLE events DELETE WHERE 1",
    "SELECT 1; DROP TABLE events",
    "SELECT * FROM url('http://127.0.0.1:9/', CSV, 'a String')",
    "SELECT * FROM file('/etc/passwd', LineAsString)",
    "SELECT * FROM /* a */ `file`('/etc/passwd', LineAsString)",
    "SELECT * FROM -- a\nfile ('/etc/passwd', LineAsString)",
    "SELECT * FROM remote('127.0.0.1', system.one)",
    "WITH a AS (SELECT * FROM executable('x', CSV, 'a String')) SELECT * FROM a",
    "SELECT * FROM events INTO OUTFILE '/tmp/out'",
    "SET max_execution_time = 0",
    "SYSTEM SHUTDOWN",
    "SELECT 1 SETTINGS readonly = 0",
    "",
  ])("refuses %s", async (statement) => {
    await expect(ask(statement)).rejects.toMatchObject({ name: "LakeError" });
    expect(await ask("SELECT count() AS n FROM runs")).toEqual([{ n: 2 }]);
  });
});
