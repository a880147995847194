import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { openEventStream } from "@llm-sim/events";
import type { Event } from "@llm-sim/events/schema";
import { beforeAll, describe, expect, it } from "vitest";
import { ask as askIn, jsonLines, startCli, temporaryDirectory, writeConfig } from "./cli.test.fixture.ts";
import { replaceFile } from "./export/index.ts";

const directory = temporaryDirectory();

const ask = (...args: string[]) => askIn(directory, args);

/** What an independent reader of CSV and Parquet makes of a file. */
async function sql(query: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(query);
  const rows = reader.getRowsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

const file = (name: string) => join(directory, name);
let events: Event[] = [];

beforeAll(async () => {
  writeConfig(directory, "bank.yaml");
  await ask("run", "bank.yaml", "--id", "a", "--quiet", "--set", "events.max_file_size=8KB");
  await ask("run", "bank.yaml", "--id", "b", "--quiet", "--seed", "8");
  events = jsonLines<Event>((await ask("export", "a", "--format", "jsonl")).stdout);
});

describe("export of events", () => {
  it("jsonl: the lines of all segments as they are, run after run", async () => {
    const { stdout } = await ask("export", "a", "b", "--format", "jsonl");
    const runs = ["a", "b"].map((run) => {
      const lines = readdirSync(file(`output/${run}`))
        .filter((name) => /^events.*\.jsonl$/.test(name))
        .map((name) => readFileSync(file(`output/${run}/${name}`), "utf8"))
        .toSorted();
      expect(lines.length > 2).toBe(run === "a");
      return lines.join("");
    });
    expect(stdout).toBe(runs.join(""));
  });

  it("csv: one column for each field, which another reader understands", async () => {
    expect(await ask("export", "a", "b", "--format", "csv", "--out", "events.csv")).toEqual({
      code: 0,
      stdout: "",
      stderr: "Wrote events.csv.\n",
    });
    const source = `read_csv('${file("events.csv")}', all_varchar = true)`;
    expect(await sql(`SELECT event_id FROM ${source} WHERE simulation_id = 'a'`)).toEqual(
      events.map((event) => [event.event_id]),
    );
    const action = events.find((event) => event.event_type === "ACTION");
    expect(
      await sql(
        `SELECT description, caused_by, action_payload FROM ${source} WHERE event_id = '${action?.event_id}'`,
      ),
    ).toEqual([
      [action?.description, JSON.stringify(action?.caused_by), JSON.stringify(action?.action_payload)],
    ]);
  });

  it("parquet: the same with types", async () => {
    expect((await ask("export", "a", "b", "--format", "parquet", "--out", "events.parquet")).code).toBe(0);
    const source = `'${file("events.parquet")}'`;
    expect(await sql(`SELECT event_id FROM ${source} WHERE simulation_id = 'a'`)).toEqual(
      events.map((event) => [event.event_id]),
    );
    expect(
      await sql(`SELECT typeof(timestamp), typeof(turn_number), typeof(caused_by) FROM ${source} LIMIT 1`),
    ).toEqual([["TIMESTAMP", "BIGINT", "JSON"]]);
    const first = await sql(
      `SELECT strftime(min(timestamp), '%Y-%m-%dT%H:%M:%S.%fZ') FROM ${source} WHERE simulation_id = 'a'`,
    );
    expect(first).toEqual([[events[0]?.timestamp]]);
    expect(readdirSync(directory).filter((name) => /part|rows/.test(name))).toEqual([]);
  });
});

describe("an export of several runs tells them apart", () => {
  // Two of the same run, one of them under the same name elsewhere: what their logs say is the same.
  const copies = ["a", "output/a (1)", "other/a"];
  const names = ["a (1)", "other/a", "output/a"];

  beforeAll(() => {
    cpSync(file("output/a"), file("output/a (1)"), { recursive: true });
    cpSync(file("output/a"), file("other/a"), { recursive: true });
  });

  it.each([
    ["events", "csv"],
    ["events", "parquet"],
    ["state", "csv"],
    ["state", "parquet"],
  ])("%s as %s, by a column `run`", async (table, format) => {
    const out = `copies-${table}.${format}`;
    const answer = await ask(
      "export",
      "output/a",
      ...copies.slice(1),
      "--table",
      table,
      "--format",
      format,
      "--out",
      out,
    );
    expect(answer.code).toBe(0);
    const source = format === "csv" ? `read_csv('${file(out)}', all_varchar = true)` : `'${file(out)}'`;
    const rows = await sql(`SELECT run, count(*)::INT FROM ${source} GROUP BY run ORDER BY run`);
    expect(rows.map(([run]) => run)).toEqual(names);
    expect(new Set(rows.map(([, count]) => count)).size).toBe(1);
  });

  it("events as lines, by a member `run` where simulation_id does not tell", async () => {
    const lines = jsonLines<Event & { run?: string }>(
      (await ask("export", "a", "b", "output/a (1)", "--format", "jsonl")).stdout,
    );
    const runs = new Set(lines.map(({ run, simulation_id }) => `${run} ${simulation_id}`));
    expect([...runs]).toEqual(["undefined a", "undefined b", "a (1) a"]);
  });

  it("but of one run has its lines as they are, whatever its directory is called", async () => {
    const { stdout } = await ask("export", "output/a (1)", "--format", "jsonl");
    expect(jsonLines(stdout)).toEqual(events);
  });
});

describe("export of the state", () => {
  it("is tidy: run, turn, agent, variable, value, each variable at the end of each turn", async () => {
    expect(
      (await ask("export", "a", "b", "--format", "csv", "--table", "state", "--out", "state.csv")).code,
    ).toBe(0);
    const source = `read_csv('${file("state.csv")}', all_varchar = true)`;
    expect(readFileSync(file("state.csv"), "utf8")).toMatch(
      /^run,turn,agent,variable,value\na,0,,interest_rate,0\.02\n/,
    );
    // Worked out another way: the last STATE event of the variable up to the turn.
    for (const turn of [0, 3, 5]) {
      const last = events.findLast(
        (event) =>
          event.event_type === "STATE" &&
          event.agent_id === "alice" &&
          event.variable_name === "wealth" &&
          event.turn_number <= turn,
      );
      expect(
        await sql(
          `SELECT value FROM ${source} WHERE run = 'a' AND turn = ${turn} AND agent = 'alice' AND variable = 'wealth'`,
        ),
      ).toEqual([[String(last?.new_value)]]);
    }
    expect(
      await sql(`SELECT count(*) FROM ${source} WHERE agent IS NULL AND variable = 'interest_rate'`),
    ).toEqual([["12"]]);
  });

  it("jsonl and parquet hold the same rows", async () => {
    const { stdout } = await ask("export", "a", "--format", "jsonl", "--table", "state");
    const rows = jsonLines<{
      run: string;
      turn: number;
      agent: string | null;
      variable: string;
      value: unknown;
    }>(stdout);
    expect(rows[0]).toEqual({ run: "a", turn: 0, agent: null, variable: "interest_rate", value: 0.02 });
    await ask("export", "a", "--format", "parquet", "--table", "state", "--out", "state.parquet");
    const parquet = await sql(
      `SELECT run, turn::INT, agent, variable, value FROM '${file("state.parquet")}'`,
    );
    // Every value of this export is a number, so that the column is one of numbers.
    expect(parquet).toEqual(
      rows.map(({ run, turn, agent, variable, value }) => [run, turn, agent, variable, value]),
    );
  });

  it("is refused of a run that does not record it, before anything is written", async () => {
    await ask("run", "bank.yaml", "--id", "coarse", "--quiet", "--verbosity", "ACTION");
    const answer = await ask(
      "export",
      "a",
      "coarse",
      "--format",
      "csv",
      "--table",
      "state",
      "--out",
      "none.csv",
    );
    expect(answer).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: Run coarse .*--verbosity STATE.\n$/),
    });
    expect(existsSync(file("none.csv"))).toBe(false);
  });
});

describe("export", () => {
  it("leaves a file that is there alone until the new one is complete", async () => {
    writeFileSync(file("kept.csv"), "old");
    const breaking = replaceFile(file("kept.csv"), async (temporary) => {
      writeFileSync(temporary, "half of the n");
      throw new Error("the disk is full");
    });
    await expect(breaking).rejects.toThrow("the disk is full");
    expect(readFileSync(file("kept.csv"), "utf8")).toBe("old");
    expect(readdirSync(directory).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("streams: a run of a hundred thousand events goes out in little memory", {
    timeout: 120_000,
  }, async () => {
    const stream = await openEventStream({
      outputDir: file("output"),
      simulationId: "large",
      onFull: "wait",
      signals: false,
    });
    for (let at = 0; at < 100_000; at++)
      stream.action("alice", "buy", { amount: at, filler: "x".repeat(300) });
    await stream.close();
    const heap = 40; // MB, which holds the program and not the export
    const env = { NODE_OPTIONS: `--max-old-space-size=${heap}` };
    const exporting = startCli(directory, ["export", "large", "--format", "csv", "--out", "large.csv"], env);
    expect(await exporting.ended).toEqual({ code: 0, stdout: "", stderr: "Wrote large.csv.\n" });
    const text = readFileSync(file("large.csv"), "utf8");
    expect(text.split("\n").length).toBeGreaterThan(100_000);
    expect(text.length).toBeGreaterThan(heap * 1024 ** 2);
  });
});
