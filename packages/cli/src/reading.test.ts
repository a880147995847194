import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildOf } from "@llm-sim/events/run";
import type { Event } from "@llm-sim/events/schema";
import { beforeAll, describe, expect, it } from "vitest";
import {
  ask as askIn,
  cli,
  jsonLines,
  startCli,
  temporaryDirectory,
  writeConfig,
} from "./cli.test.fixture.ts";

const directory = temporaryDirectory();
let events: Event[] = [];

const ask = (args: readonly string[], columns?: number) => askIn(directory, args, columns);

function found(kind: Event["event_type"], turn: number, agent?: string): Event {
  const event = events.find(
    (one) =>
      one.event_type === kind && one.turn_number === turn && (agent === undefined || one.agent_id === agent),
  );
  if (!event) throw new Error(`there is no ${kind} in turn ${turn}`);
  return event;
}

beforeAll(async () => {
  writeConfig(directory, "bank.yaml");
  for (const id of ["bank-1", "bank-2", "other"]) {
    const { code } = await ask(["run", "bank.yaml", "--id", id, "--quiet"]);
    expect(code).toBe(0);
  }
  events = jsonLines<Event>((await ask(["events", "bank-1", "--json"])).stdout);
});

describe("RUN", () => {
  const first = async (reference: string) =>
    (await ask(["events", reference, "--json", "--limit", "1"])).stdout;
  const nameOf = async (reference: string) => jsonLines<Event>(await first(reference))[0]?.simulation_id;

  it("is an id, a unique beginning of one, a path, or latest", async () => {
    expect(await nameOf("bank-2")).toBe("bank-2");
    expect(await nameOf("oth")).toBe("other");
    expect(await nameOf("output/bank-1")).toBe("bank-1");
    expect(await nameOf(join(directory, "output", "bank-1"))).toBe("bank-1");
    expect(await nameOf("latest")).toBe("other");
  });

  it("that is a beginning of several is refused, with their ids", async () => {
    const { code, stderr } = await ask(["events", "bank"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: .*bank-1, bank-2.*\n$/);
  });

  it("that is not there is answered with the nearest ids", async () => {
    expect(await ask(["events", "bnak-1"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("bank-1"),
    });
    expect(await ask(["events", "zzz"])).toMatchObject({ code: 2, stderr: expect.stringContaining("other") });
  });

  it("lies under --output", async () => {
    expect(await ask(["run", "bank.yaml", "--output", "elsewhere", "--id", "far", "--quiet"])).toMatchObject({
      code: 0,
    });
    expect(await ask(["events", "far"])).toMatchObject({ code: 2 });
    expect(await ask(["events", "far", "--output", "elsewhere"])).toMatchObject({ code: 0 });
    expect((await ask(["ls", "elsewhere"])).stdout).toMatch(/^far\tcompleted\t/);
  });
});

describe("ls", () => {
  it("prints a line for each run, the newest first, its fields between tabs", async () => {
    const rows = (await ask(["ls"])).stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
    expect(rows.map((row) => row[0])).toEqual(["other", "bank-2", "bank-1"]);
    expect(rows[2]).toEqual([
      "bank-1",
      "completed",
      expect.any(String),
      "5",
      String(events.length),
      "STATE",
      "0",
      expect.any(String),
      "bank",
    ]);
  });

  it("prints JSON Lines for programs", async () => {
    const runs = jsonLines<{ id: string; event_count: number }>((await ask(["ls", "--json"])).stdout);
    expect(runs[2]).toMatchObject({
      id: "bank-1",
      name: "bank",
      status: "completed",
      event_count: events.length,
    });
  });

  it("fits a terminal", async () => {
    for (const columns of [40, 60, 80, 120]) {
      const lines = (await ask(["ls"], columns)).stdout.trimEnd().split("\n");
      expect(lines[0]).toMatch(columns < 60 ? /^RUN +STATUS +TURNS/ : /^RUN +STATUS +STARTED/);
      expect(lines[3]).toMatch(/^bank-1 /);
      expect(lines).toHaveLength(4);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
    }
  });

  it("names each run even where the terminal is narrow and the numbers are wide", async () => {
    mkdirSync(join(directory, "narrow", "interrupted-run"), { recursive: true });
    const event = { ...events[0], simulation_id: "interrupted-run", turn_number: 123_456 };
    writeFileSync(join(directory, "narrow", "interrupted-run", "events.jsonl"), `${JSON.stringify(event)}\n`);
    const lines = (await ask(["ls", "narrow"], 40)).stdout.trimEnd().split("\n");
    expect(lines[1]).toMatch(/^interrupte\S+ +interrupted/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
  });

  it("takes a terminal that knows no width for one of 80 columns", async () => {
    // A second may pass between the two.
    const listed = async (width: number) => (await ask(["ls"], width)).stdout.replace(/\d+ s ago/g, "now");
    expect(await listed(0)).toBe(await listed(80));
  });

  it("says where there is none", async () => {
    mkdirSync(join(directory, "empty"), { recursive: true });
    expect(await ask(["ls", "empty"])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringContaining("no run"),
    });
  });
});

describe("events", () => {
  it("prints all of them in a pipe, one a line", async () => {
    const lines = (await ask(["events", "bank-1"])).stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(events.length);
    expect(lines[0]?.split("\t")).toEqual([
      events[0]?.timestamp,
      "0",
      "MILESTONE",
      "-",
      events[0]?.event_id,
      events[0]?.description,
    ]);
  });

  it("prints the log's own lines with --json", async () => {
    const exported = await ask(["export", "bank-1", "--format", "jsonl"]);
    expect((await ask(["events", "bank-1", "--json"])).stdout).toBe(exported.stdout);
  });

  it("prints a table that fits, with times from the run's start, on a terminal", async () => {
    const lines = (await ask(["events", "bank-1", "--turns", "2"], 100)).stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^TURN +TIME +KIND +AGENT +EVENT +WHAT HAPPENED$/);
    expect(lines[1]).toMatch(/^ {3}2 +\+\d+\.\d{3} s +MILESTONE {2,}\w{26} {2}Turn 2 started$/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });

  it("prints a table that fits a narrow terminal, with what happened rather than ids", async () => {
    const lines = (await ask(["events", "bank-1", "--turns", "2"], 40)).stdout.trimEnd().split("\n");
    expect(lines[0]).toBe("TURN  KIND       WHAT HAPPENED");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
    expect((await ask(["events", "bank-1"], 60)).stdout).toMatch(/^TURN {2}KIND {7}EVENT {22,}WHAT HAPPENED/);
  });

  it("stops at a thousand on a terminal, and says so", async () => {
    await ask(["run", "bank.yaml", "--id", "long", "--turns", "150", "--quiet"]);
    const { stdout, stderr } = await ask(["events", "long"], 100);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1001);
    expect(stderr).toMatch(/^1,000 of \d,\d{3} events; --limit/);
    expect((await ask(["events", "long"])).stdout.trimEnd().split("\n").length).toBeGreaterThan(1000);
  });

  it("says where nothing matches", async () => {
    expect(await ask(["events", "bank-1", "--turns", "900.."])).toEqual({
      code: 0,
      stdout: "",
      stderr: "No event matches.\n",
    });
  });

  it("says of whom there is nothing, and whom may be meant; the others are shown", async () => {
    for (const option of ["--agent", "--involving"]) {
      const { code, stdout, stderr } = await ask(["events", "bank-1", option, "alicee"]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
      expect(stderr).toBe('Run bank-1 has no agent "alicee"; the nearest: alice.\n');
    }
    const both = await ask(["events", "bank-1", "--agent", "alice", "--agent", "zzz"]);
    expect(both.code).toBe(0);
    expect(both.stdout).toBe((await ask(["events", "bank-1", "--agent", "alice"])).stdout);
    expect(both.stderr).toMatch(/^Run bank-1 has no agent "zzz"; its agents are alice, /);
  });

  it("lists with --involving what the API lists", async () => {
    const { stdout } = await ask(["events", "bank-1", "--involving", "alice", "--json"]);
    const involved = events.filter(
      (event) =>
        event.agent_id === "alice" ||
        (event.event_type === "ACTION" && event.participating_agent_ids?.includes("alice")) ||
        (event.event_type === "SYSTEM" && event.subject_agent_id === "alice"),
    );
    expect(jsonLines<Event>(stdout)).toEqual(involved);
  });

  it("refuses a span that ends before it begins, and a kind that is none, with what may be meant", async () => {
    for (const [args, message] of [
      [["--turns", "5..2"], "They end before they begin: expected turns as in 5..10, or 2..5."],
      [["--since", "2026-12-01T00:00:00Z", "--until", "2026-11-01T00:00:00Z"], "is before --since"],
      [["--type", "ACTON"], "Did you mean ACTION?"],
    ] as const) {
      const { code, stderr } = await ask(["events", "bank-1", ...args]);
      expect(code).toBe(2);
      expect(stderr).toContain(message);
    }
  });

  it("stops quietly when nobody reads any more", async () => {
    await ask(["run", "bank.yaml", "--id", "piped", "--turns", "2000", "--quiet"]);
    const { child, ended } = startCli(directory, ["events", "piped", "--json"]);
    child.stdout?.once("data", () => child.stdout?.destroy());
    expect(await ended).toMatchObject({ code: 0, stderr: "" });
  });

  it("shows no control character of the log's", async () => {
    const hostile = "../hostile";
    mkdirSync(join(directory, "output", "hostile"), { recursive: true });
    const event = { ...events[0], simulation_id: "hostile", description: "a\u001b[2J\nb\tc" };
    writeFileSync(join(directory, "output", "hostile", "events.jsonl"), `${JSON.stringify(event)}\n`);
    expect((await ask(["events", hostile.slice(3)], 120)).stdout).toContain("a␛[2J␤b␉c");
    expect((await ask(["events", "hostile"])).stdout.split("\t")[5]).toBe("a␛[2J␤b␉c\n");
  });
});

describe("show", () => {
  it("prints an event in full, and what its causes are", async () => {
    const action = found("ACTION", 2);
    const { stdout } = await ask(["show", "bank-1", action.event_id], 100);
    expect(stdout).toMatch(new RegExp(`^ACTION  ${action.agent_id}`));
    expect(stdout).toContain(`timestamp               ${action.timestamp}`);
    expect(stdout).toMatch(new RegExp(`caused_by +${action.caused_by?.[0]}  DECISION  ${action.agent_id}`));
  });

  it("prints the event's line with --json", async () => {
    const action = found("ACTION", 2);
    expect(jsonLines((await ask(["show", "bank-1", action.event_id, "--json"])).stdout)).toEqual([action]);
  });

  it("refuses an id that is not there", async () => {
    const answer = await ask(["show", "bank-1", "01M83PSTG5D1AZ9SFT9RR51S5J"]);
    expect(answer).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("01M83PSTG5D1AZ9SFT9RR51S5J"),
    });
  });
});

describe("causes and effects", () => {
  it("draw trees, one back to the turn, the other on to what changed", async () => {
    const action = found("ACTION", 2);
    const decided = (id: string) =>
      events.some((event) => event.event_id === id && event.event_type === "DECISION");
    const decision = action.caused_by?.find(decided) ?? "";
    const causes = (await ask(["causes", "bank-1", action.event_id], 100)).stdout.trimEnd().split("\n");
    expect(causes[0]).toMatch(new RegExp(`^ACTION +turn 2 +${action.event_id}`));
    expect(causes.join("\n")).toMatch(new RegExp(`\n[├└]─ DECISION +turn 2 +${decision}\\b.*\n[│ ] {2}├─ `));
    const effects = (await ask(["effects", "bank-1", decision, "--depth", "2"], 100)).stdout;
    expect(effects).toMatch(new RegExp(`^DECISION +turn 2 +${decision}`));
    expect(effects).toMatch(new RegExp(`\n[├└]─ ACTION +turn 2 +${action.event_id}`));
    expect(effects).toMatch(/\n[│ ] {2}[├└]─ STATE/);
  });

  it("show each event once, so that a tree is no larger than the graph", async () => {
    const end = events.at(-1)?.event_id ?? "";
    const { stdout } = await ask(["causes", "bank-1", end, "--depth", "20"]);
    const full = stdout.split("\n").filter((line) => line.includes("turn "));
    expect(new Set(full).size).toBe(full.length);
  });

  it("say where the drawing stops before the causes do", async () => {
    const action = found("ACTION", 4);
    expect((await ask(["causes", "bank-1", action.event_id, "--depth", "1"])).stderr).toMatch(
      /Drawn to 1 step/,
    );
    const start = events[0]?.event_id ?? "";
    expect((await ask(["causes", "bank-1", start])).stderr).toBe("");
  });

  it("print one JSON document with --json", async () => {
    const action = found("ACTION", 2);
    const [causes] = jsonLines<object>((await ask(["causes", "bank-1", action.event_id, "--json"])).stdout);
    expect(causes).toMatchObject({
      event_id: action.event_id,
      event: action,
      missing: [],
      truncated: expect.any(Boolean),
    });
    expect(causes).toHaveProperty(
      "upstream.0",
      expect.objectContaining({ event_id: action.caused_by?.[0], depth: 1 }),
    );
    const [effects] = jsonLines<object>((await ask(["effects", "bank-1", action.event_id, "--json"])).stdout);
    expect(effects).toHaveProperty("downstream.0.caused_by", expect.arrayContaining([action.event_id]));
  });
});

describe("tail", () => {
  beforeAll(() => {
    // From its third turn on it waits for the word to go on: how long a program takes to start is nobody's guess.
    writeFileSync(
      join(directory, "slow.ts"),
      `import { existsSync } from "node:fs";
let turns = 0;
export async function decide() {
  turns++;
  do await new Promise((r) => setTimeout(r, 20)); while (turns >= 3 && !existsSync(${JSON.stringify(join(directory, "go"))}));
  return { decision_type: "wait" };
}
`,
    );
    writeFileSync(
      join(directory, "slow.yaml"),
      `simulation: { name: slow, turns: 60, seed: 1 }\nevents: { verbosity: STATE, max_file_size: 4KB }\nengine: { type: market }\nagents: [{ name: sleepy, type: ./slow.ts }]\n`,
    );
  });

  const isClosedSegment = (file: string) => file.startsWith("events_");

  /** Resolves when the run can be asked. */
  async function begun(id: string): Promise<void> {
    while ((await ask(["events", id])).code !== 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  it("prints the last ten", async () => {
    const lines = (await ask(["tail", "bank-1", "--json"])).stdout;
    expect(jsonLines(lines)).toEqual(events.slice(-10));
  });

  it("--follow prints each event of a run once, across rotations, and ends with the run", async () => {
    const run = startCli(directory, ["run", "slow.yaml", "--id", "slow"]);
    await begun("slow");
    const tail = startCli(directory, ["tail", "slow", "--follow", "--json"]);
    await tail.said("Turn 3 started");
    writeFileSync(join(directory, "go"), "");
    const followed = jsonLines<Event>((await tail.ended).stdout);
    expect((await run.ended).code).toBe(0);
    const all = jsonLines<Event>((await ask(["events", "slow", "--json"])).stdout);
    expect(followed.at(-1)).toMatchObject({ milestone_type: "simulation_end" });
    expect(followed.length).toBeGreaterThan(57 * 3);
    expect(followed).toEqual(all.slice(-followed.length));
    expect(readdirSync(join(directory, "output", "slow")).filter(isClosedSegment).length).toBeGreaterThan(3);
  });

  it("--follow ends with 130 when it is interrupted", async () => {
    const run = startCli(directory, [
      "run",
      "slow.yaml",
      "--id",
      "slower",
      "--set",
      "simulation.turns=2000",
      "--quiet",
    ]);
    await begun("slower");
    const tail = startCli(directory, ["tail", "slower", "-f"]);
    await tail.said("DECISION");
    tail.child.kill("SIGINT");
    expect(await tail.ended).toMatchObject({ code: 130, stderr: "" });
    run.child.kill("SIGINT");
    expect(await run.ended).toMatchObject({ code: 130 });
  });
});

describe("schema", () => {
  it("prints the JSON Schema of an event", async () => {
    const { stdout } = await ask(["schema"]);
    expect(JSON.parse(stdout)).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema" });
  });
});

describe("the program", () => {
  it("prints its version", async () => {
    const { version } = buildOf(import.meta.url);
    expect(await cli(directory, "--version")).toEqual({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^${version}( \\(commit [0-9a-f]{40,64}(-dirty)?\\))?\n$`)),
      stderr: "",
    });
  });

  it("ends quietly when nobody reads its help", async () => {
    const { child, ended } = startCli(directory, ["--help"]);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: "" });
  });

  it("prints a command's help", async () => {
    const { code, stdout } = await ask(["help", "events"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: llm-sim events \[options\] <run>/);
  });
});
