import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLake, shipRun } from "@llm-sim/lake";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLI } from "../faults/serving.mjs";
import { linesOf, writeWholeRun } from "../faults/whole-run.mjs";
import { writeOddBatches } from "../same-answers/corpus.mjs";
import { tryLake } from "./try-lake.mjs";

const home = mkdtempSync(join(tmpdir(), "llm-sim-commands-"));
const [output, temporary] = [join(home, "runs"), join(home, "temporary")];
const DECISION = "DECISION";
let tried: Awaited<ReturnType<typeof tryLake>>;
let address: string;
let decision = "";

beforeAll(async () => {
  mkdirSync(temporary);
  tried = await tryLake();
  address = tried.address();
  await writeOddBatches(output);
  const whole = await writeWholeRun(output, "other", { turns: 4 });
  const decisions = linesOf(whole).filter((line: string) => line.includes('"event_type":"DECISION"'));
  decision = JSON.parse(decisions[3] ?? "").event_id;
  const lake = openLake(address);
  for (const name of readdirSync(output)) {
    if (name.startsWith("odd-") && !name.startsWith("odd-whole"))
      rmSync(join(output, name), { recursive: true });
    else await shipRun(lake, join(output, name));
  }
  await lake.close();
}, 120_000);

afterAll(async () => {
  await tried.close();
  rmSync(home, { recursive: true, force: true });
});

function llmSim(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, TMPDIR: temporary };
    execFile(process.execPath, [CLI, ...args], { env, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

describe("a reading command with --store", () => {
  it.each([
    "ls",
    "events other --json",
    "events other --type ACTION --agent alice --turns 2..3",
    "events other --text trade",
    "tail other",
    `show other ${DECISION}`,
    `show other ${DECISION} --full --json`,
    `causes other ${DECISION} --depth 3`,
    `effects other ${DECISION} --json`,
    "why other alice.wealth --turn 3",
    "state other --turn 2 --json",
    "history other alice.wealth",
    "find other *.wealth<95",
    "widest other --json",
    "calls other --json",
    "calls other --totals",
    "prompt other --agent alice --turn 2",
    "diff other whole",
    "diff other other --json",
    "batch",
    "batch odd --outcome price --json",
    "batch odd --outcome *.wealth<80",
    "events no-such-run",
    "batch no-such-batch",
    "why other nothing",
  ])("says of %s what it says of the files", async (line) => {
    const args = line.replace(DECISION, decision).split(" ");
    const [files, lake] = await Promise.all([
      llmSim(...args, "--output", output),
      llmSim(...args, "--store", address),
    ]);
    // Where there is none to name, what to do differs.
    const isAlike = !line.includes("no-such");
    // One of them may be asked a second later.
    const told = ({ stdout }: { stdout: string }) => stdout.replaceAll(/\d+ s ago/g, "… ago");
    expect({ code: lake.code, stdout: told(lake) }).toEqual({ code: files.code, stdout: told(files) });
    if (isAlike) expect(lake.stderr).toBe(files.stderr);
    else expect(lake.stderr).toMatch(/^error: [^\n]+\n$/);
  });

  it.each([
    ["verify other", "There is no --store here"],
    ["export other --format csv", "There is no --store here"],
    ["fork other --turn 2", "There is no --store here"],
    ["ls somewhere", "not both"],
    ["events other --output somewhere", "cannot be used with"],
  ])("refuses %s, in one line", async (line, words) => {
    const { code, stdout, stderr } = await llmSim(...line.split(" "), "--store", address);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toContain(words);
  });

  it("asks a lake's tables a SELECT, prints what fits and says that there is more, and refuses what is none", async () => {
    const sql = (...args: string[]) => llmSim("sql", ...args, "--store", address);
    const byKind = "SELECT event_type, count() AS events FROM events GROUP BY 1 ORDER BY 1";
    const { stdout } = await sql(byKind, "other", "--json");
    expect(stdout.split("\n")[1]).toBe('{"event_type":"DECISION","events":8}');
    expect((await sql("SELECT run FROM runs WHERE 0", "--csv")).stdout).toBe("run\n");
    const few = await sql("SELECT place FROM events ORDER BY place", "--max-rows", "2", "--csv");
    expect(few.stdout.trimEnd().split("\n")).toHaveLength(3);
    expect(few).toMatchObject({ code: 0, stderr: expect.stringContaining("first 2 rows; there are more") });
    const large = await sql("SELECT repeat('x', 600000) AS x FROM numbers(3)", "--max-megabytes", "1");
    expect(large).toMatchObject({ code: 0, stderr: expect.stringContaining("--max-megabytes") });
    const long = await sql("SELECT max(sipHash64(number)) FROM numbers(100000000000)", "--max-seconds", "1");
    expect(long).toMatchObject({ code: 1, stderr: expect.stringContaining("longer than 1 s") });
    for (const statement of [
      "DROP TABLE events",
      "SELECT * FROM url('http://127.0.0.1:9/', CSV)",
      "SELECT x FROM runs",
    ]) {
      const refused = await sql(statement);
      expect({ statement, code: refused.code, stdout: refused.stdout }).toEqual({
        statement,
        code: 2,
        stdout: "",
      });
      expect(refused.stderr).toMatch(/^error: [^\n]+\n$/);
    }
  });

  it("says in one line that there is no lake, that nothing was shipped there, and that an address is none", async () => {
    const there = address.replace(/\/[^/]*$/, "/nothing_here");
    for (const [store, code] of [
      ["clickhouse://nobody@127.0.0.1:9/db", 1],
      [there, 1],
      ["http://127.0.0.1/x", 2],
    ] as const) {
      const answer = await llmSim("ls", "--store", store);
      expect({ store, code: answer.code }).toEqual({ store, code });
      expect(answer.stderr).toMatch(/^error: [^\n]+\n$/);
    }
  });

  it("leaves nothing behind of the runs that it made again", () => {
    expect(readdirSync(temporary)).toEqual([]);
  });
});
