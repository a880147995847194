import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { VerifyReport } from "@llm-sim/events/read";
import { beforeAll, describe, expect, it } from "vitest";
import {
  ask as askIn,
  cli,
  jsonLines,
  startCli,
  temporaryDirectory,
  underWay,
  writeConfig,
} from "./cli.test.fixture.ts";

const directory = temporaryDirectory();

const ask = (...args: string[]) => askIn(directory, args);

const logOf = (run: string) => join(directory, "output", run, "events.jsonl");

beforeAll(async () => {
  writeConfig(directory, "bank.yaml");
  for (const id of ["good", "changed"]) await ask("run", "bank.yaml", "--id", id, "--quiet");
  // As by a hand that is not ours: a value that nobody wrote.
  const lines = readFileSync(logOf("changed"), "utf8").split("\n");
  const at = lines.findLastIndex((line) => line.includes('"variable_name":"wealth"'));
  lines[at] = lines[at]?.replace(/"old_value":[\d.]+/, '"old_value":-1') ?? "";
  writeFileSync(logOf("changed"), lines.join("\n"));

  const run = startCli(directory, ["run", "bank.yaml", "--id", "killed", "--turns", "1000000", "--quiet"]);
  await underWay(directory, "killed");
  run.child.kill("SIGKILL");
  await run.ended;
  appendFileSync(logOf("killed"), '{"event_id":"01M8');
});

describe("verify", () => {
  it("says ok of a run that keeps every rule", async () => {
    expect(await ask("verify", "good", "--complete")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^good: ok \(\d+ events\)\n$/),
    });
  });

  it("says violation, with file, line, byte offset and rule, and exit code 1", async () => {
    const { code, stdout } = await ask("verify", "good", "changed");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^good: ok .*\nchanged: violation \(\d+ events, [1-9]\d* violations?\)\n/);
    const [, line, offset] =
      /^ {2}state-continuity events\.jsonl:(\d+) \(byte (\d+)\): .*wealth/m.exec(stdout) ?? [];
    const log = readFileSync(logOf("changed"));
    const wrong = log.subarray(Number(offset), log.indexOf("\n", Number(offset))).toString();
    expect(wrong).toContain('"old_value":-1');
    expect(log.toString().split("\n")[Number(line) - 1]).toBe(wrong);
  });

  it("says loss of a run whose writer was killed: exit code 0, or 1 with --complete", async () => {
    const { code, stdout } = await ask("verify", "killed");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^killed: loss \(\d[\d,]* events, 1 recorded loss\)\n {2}loss events\.jsonl:\d+/);
    expect((await ask("verify", "killed", "--complete")).code).toBe(1);
  });

  it("prints a report for each run with --json", async () => {
    const { code, stdout } = await ask("verify", "good", "changed", "--json");
    expect(code).toBe(1);
    expect(jsonLines<VerifyReport>(stdout)).toMatchObject([
      { simulation_id: "good", result: "ok", violations: [] },
      {
        simulation_id: "changed",
        result: "violation",
        violations: [{ rule: "state-continuity", file: "events.jsonl" }],
      },
    ]);
  });

  it("refuses a run that is not there, before it verifies any", async () => {
    expect(await ask("verify", "good", "gone")).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("repair", () => {
  it("ends a run whose writer was killed, deletes nothing, and leaves a log that verify accepts", async () => {
    const before = readFileSync(logOf("killed"), "utf8");
    const whole = before.slice(0, before.lastIndexOf("\n") + 1);
    const repaired = await ask("repair", "killed");
    expect(repaired).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^killed: repaired \(\d[\d,]* events\)\n$/),
    });
    const after = readFileSync(logOf("killed"), "utf8");
    expect(after.startsWith(whole)).toBe(true);
    expect(after.slice(whole.length).split("\n").filter(Boolean)).toEqual([
      expect.stringContaining('"error_type":"session_lost"'),
      expect.stringContaining('"milestone_type":"simulation_end"'),
    ]);
    expect((await ask("verify", "killed")).code).toBe(0);
    expect((await ask("ls")).stdout).toMatch(/^killed\tinterrupted\t/m);
  });

  it("has nothing to do on a run that is whole", async () => {
    const before = readFileSync(logOf("good"));
    const [answer] = jsonLines((await ask("repair", "good", "--json")).stdout);
    expect(answer).toMatchObject({ simulation_id: "good", repaired: false });
    expect(readFileSync(logOf("good"))).toEqual(before);
  });

  it("refuses a run that is being written, naming who writes it", async () => {
    const run = startCli(directory, ["run", "bank.yaml", "--id", "alive", "--turns", "1000000", "--quiet"]);
    await underWay(directory, "alive");
    const refused = await cli(directory, "repair", "alive");
    run.child.kill("SIGINT");
    await run.ended;
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(new RegExp(`^error: [^\\n]*${run.child.pid}[^\\n]*\\n$`));
  });
});
