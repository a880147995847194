import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openEventStream } from "@llm-sim/events";
import { recordAttempt } from "@llm-sim/events/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { ask, jsonLines, temporaryDirectory } from "../cli.test.fixture.ts";

const directory = temporaryDirectory();
const output = join(directory, "output");
const sql = (...args: string[]) => ask(directory, ["sql", ...args]);
const rows = async (...args: string[]) =>
  jsonLines<Record<string, unknown>>((await sql(...args, "--json")).stdout);

beforeAll(async () => {
  for (const id of ["one", "two"]) {
    const stream = await openEventStream({
      outputDir: output,
      simulationId: id,
      verbosity: "DETAIL",
      signals: false,
      maxFileSize: 16 * 1024,
      compress: "gzip",
    });
    for (let turn = 1; turn <= 30; turn++)
      stream.turn(turn, (scope) => {
        const decision = scope.decision("=alice", "trade", { new_value: turn });
        scope.action("=alice", "trade", { amount: turn }, { caused_by: decision });
        scope.state("wealth", { agent_id: "=alice", old_value: turn - 1, new_value: turn });
        scope.state("name", { old_value: null, new_value: "x" });
      });
    await recordAttempt(stream, {
      coordinate: {
        actor: { type: "agent", agent_id: "=alice" },
        turn: 30,
        purpose: "trade",
        ordinal: 0,
        attempt: 1,
      },
      model: "llama3.1",
      sampling: {},
      messages: [{ role: "user", content: "?" }],
      outcome: "response",
      text: "!",
      usage: { input_tokens: 9, output_tokens: 3 },
      latency_ms: 12.5,
    });
    await stream.close();
  }
});

describe("sql over runs on disk", () => {
  it("has their events, whatever their segments, in the order of each log", async () => {
    const counts = await rows("SELECT run, count(*) AS events FROM events GROUP BY run ORDER BY run");
    const { stdout } = await ask(directory, ["ls", "--json"]);
    const listed = jsonLines<{ id: string; event_count: number }>(stdout).map(({ id, event_count }) => ({
      run: id,
      events: event_count,
    }));
    expect(counts).toEqual(listed.toSorted((a, b) => (a.run < b.run ? -1 : 1)));
    const [order] = await rows(
      "SELECT bool_and(event_id > before) AS ascends FROM (SELECT event_id, lag(event_id) OVER (ORDER BY place) AS before FROM events)",
      "one",
    );
    expect(order).toEqual({ ascends: true });
  });

  it("has the variables, calls, causes and runs by the names that they have in a lake", async () => {
    expect(
      await rows(
        "SELECT agent_id, variable, number, text FROM variables WHERE turn = 3 ORDER BY place",
        "one",
      ),
    ).toEqual([
      { agent_id: "=alice", variable: "wealth", number: 3, text: "3" },
      { agent_id: "", variable: "name", number: null, text: '"x"' },
    ]);
    expect(await rows("SELECT run, model, outcome, input_tokens, latency_ms FROM calls", "two")).toEqual([
      { run: "two", model: "llama3.1", outcome: "response", input_tokens: 9, latency_ms: 12.5 },
    ]);
    const [{ caused } = {}] = await rows(
      "SELECT count(*) AS caused FROM edges JOIN events ON edges.run = events.run AND edges.cause = events.event_id WHERE events.event_type = 'DECISION'",
      "one",
    );
    expect(caused).toBe(30);
    expect(await rows("SELECT run, status FROM runs ORDER BY run")).toEqual([
      { run: "one", status: "completed" },
      { run: "two", status: "completed" },
    ]);
  });

  it("prints a table, JSON Lines, or CSV in which nothing is a formula", async () => {
    const select = "SELECT agent_id, max(turn) AS last FROM events WHERE agent_id <> '' GROUP BY 1";
    expect((await sql(select)).stdout).toBe("agent_id  last\n=alice      30\n");
    expect((await sql(select, "--csv")).stdout).toBe("agent_id,last\n'=alice,30\n");
    expect(await rows(select)).toEqual([{ agent_id: "=alice", last: 30 }]);
  });

  it("prints no more rows and bytes than it may, and says so", async () => {
    const few = await sql("SELECT place FROM events ORDER BY place", "--max-rows", "2", "--csv");
    expect(few.stdout.trimEnd().split("\n")).toHaveLength(3);
    expect(few.stderr).toContain("first 2 rows");
    const large = await sql("SELECT repeat('x', 600000) AS x FROM range(3)", "--max-megabytes", "1", "--csv");
    expect(large.stdout.length).toBeLessThan(700_000);
    expect(large.stderr).toContain("--max-megabytes");
  });

  it("stops what takes too long", async () => {
    const { code, stderr } = await sql(
      "SELECT count(*) FROM range(1000000000) AS a, range(100000) AS b",
      "--max-seconds",
      "1",
    );
    expect(code).toBe(1);
    expect(stderr).toContain("longer than 1 s");
  });

  it.each([
    "COPY (SELECT 1) TO 'FOLDER/out.csv'",
    "EXPORT DATABASE 'FOLDER/out'",
    "ATTACH 'FOLDER/out.db'",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('FOLDER/secret.txt')",
    "SELECT * FROM 'FOLDER/secret.txt'",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_json('http://127.0.0.1:9/')",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET threads = 3",
    "SET enable_external_access = true",
    "CREATE TABLE x AS SELECT 1",
    "INSERT INTO runs SELECT * FROM runs",
    "DROP VIEW events",
    "PRAGMA database_list; SELECT 1",
    "SELECT 1; DROP VIEW events",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO 'FOLDER/out.csv'",
    "",
  ])("refuses %s as a wrong call, in one line, and leaves nothing behind", async (statement) => {
    writeFileSync(join(directory, "secret.txt"), "secret");
    const { code, stdout, stderr } = await sql(statement.replaceAll("FOLDER", directory), "one");
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    for (const made of ["out.csv", "out", "out.db"]) expect(existsSync(join(directory, made))).toBe(false);
  });
});
