import { queryLake, shipRun } from "@llm-sim/lake";
import { beforeAll, describe, expect, it } from "vitest";
import { writeWholeRun } from "../faults/whole-run.mjs";
import { useLake } from "./lake.test.fixture.ts";

const of = useLake("sql");

/** @param most rows that are read; the statement is stopped then */
async function ask(sql: string, runs: string[] = [], { seconds = 20, most = 1000 } = {}) {
  return queryLake(of.lake, sql, runs, { seconds }, async ({ columns, rows }) => {
    const read: Record<string, unknown>[] = [];
    for await (const row of rows) {
      read.push(Object.fromEntries(columns.map((name, at) => [name, row[at]])));
      if (read.length === most) break;
    }
    return read;
  });
}

beforeAll(async () => {
  for (const id of ["one", "two"]) await shipRun(of.lake, await writeWholeRun(of.home, id));
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

  it("says which columns there are where there are no rows, and keeps what a double does not hold", async () => {
    const columns = await queryLake(
      of.lake,
      "SELECT run, turn FROM events WHERE 0",
      [],
      { seconds: 20 },
      async (answer) => answer.columns,
    );
    expect(columns).toEqual(["run", "turn"]);
    expect(
      await ask("SELECT toUInt64(18446744073709551615) AS large, toUInt64(7) AS small -- said so"),
    ).toEqual([{ large: "18446744073709551615", small: 7 }]);
  });

  it("stops where nobody reads on, and what takes too long, also once rows were read", async () => {
    expect(await ask("SELECT number FROM numbers(100000000000)", [], { most: 5 })).toHaveLength(5);
    expect(await ask("SELECT count() AS n FROM runs")).toEqual([{ n: 2 }]);
    for (const statement of [
      "SELECT sum(sipHash64(a.number, b.number)) FROM numbers(1000000) AS a, numbers(1000000) AS b",
      "SELECT number FROM numbers(100000000000) WHERE sipHash64(number) % 1000000 = 1",
    ])
      await expect(ask(statement, [], { seconds: 1, most: 1e9 })).rejects.toMatchObject({
        name: "LakeError",
        message: expect.stringMatching(/^[^\n]+$/),
      });
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
    "SELECT * FROM events INTO OUTFILE 'out.csv'",
    "SET max_execution_time = 0",
    "SYSTEM SHUTDOWN",
    "SELECT 1 SETTINGS readonly = 0",
    "SELECT 1 SETTINGS max_execution_time = 0",
    "SELECT 1 SETTINGS max_memory_usage = 0",
    "SELECT 1 FORMAT Native",
    "SELECT $$'$$, * FROM file('/etc/passwd', LineAsString), (SELECT $$'$$)",
    "SELECT file('/etc/passwd')",
    "SELECT * FROM s3('http://127.0.0.1:9/x', CSV)",
    "SELECT * FROM URL/**/('http://127.0.0.1:9/', CSV, 'a String')",
    "SELECT * FROM merge('system', '.*')",
    "SELECT * FROM system.users",
    'SELECT * FROM "information_schema" . tables',
    "WITH 1 AS x INSERT INTO runs SELECT * FROM runs",
    "TRUNCATE TABLE events",
    "KILL QUERY WHERE 1",
    "SELECT 1;; SELECT 2",
    "",
  ])("refuses %s, in one line", async (statement) => {
    await expect(ask(statement)).rejects.toMatchObject({
      name: "LakeError",
      message: expect.stringMatching(/^[^\n]+$/),
    });
    expect(await ask("SELECT count() AS n FROM runs")).toEqual([{ n: 2 }]);
  });
});
