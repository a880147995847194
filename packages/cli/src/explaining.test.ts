import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  compareAnswerSchema,
  effectsAnswerSchema,
  stateAnswerSchema,
  type WatchMoment,
  whyAnswerSchema,
} from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import { beforeAll, describe, expect, it } from "vitest";
import { ask as askIn, cli, jsonLines, temporaryDirectory } from "./cli.test.fixture.ts";
import { REPOSITORY } from "./documents.test.fixture.ts";

const directory = temporaryDirectory();
/** As into a pipe. */
const llmSim = (...args: string[]) => askIn(directory, args);
/** The same code, on a terminal. */
const onTerminal = (...args: string[]) => askIn(directory, args, 100);
const rowsOf = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));

// Four boats that each take a tenth of the fish: the stock is gone after twelve turns.
const COMMONS = "commons/simulation.yaml";
// Grim trigger remembers who betrayed it.
const DILEMMA = join(REPOSITORY, "examples/prisoners-dilemma/simulation.yaml");

beforeAll(async () => {
  cpSync(join(REPOSITORY, "examples/commons"), join(directory, "commons"), { recursive: true });
  for (const [id, config, ...more] of [
    ["greedy", COMMONS],
    ["greedy-again", COMMONS],
    ["restrained", "commons/restraint.yaml"],
    ["coarse", COMMONS, "--verbosity", "ACTION"],
    ["dilemma", DILEMMA, "--turns", "4", "--verbosity", "STATE"],
    ["dilemma-coarse", DILEMMA, "--turns", "4", "--verbosity", "DECISION"],
  ] as const) {
    expect(await onTerminal("run", config, "--id", id, "--quiet", ...more)).toMatchObject({ code: 0 });
  }
}, 30_000);

it.each([
  ["state", "greedy", "--turn", "6"],
  ["why", "greedy", "fish", "--json"],
  ["why", "greedy", "none"],
])("the real program, in a pipe, says what the code says here: %s %s %s", async (...args) => {
  expect(await cli(directory, ...args)).toEqual(await llmSim(...args));
});

describe("state", () => {
  it("prints a row for each variable: agent, name, value", async () => {
    const { code, stdout, stderr } = await llmSim("state", "greedy", "--turn", "6");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(rowsOf(stdout)).toEqual([
      ["-", "boats", "4"],
      ["-", "fish", "129"],
      ["-", "regrown", "34.3"],
      ...[1, 2, 3, 4].map((boat) => [`boat-${boat}`, "caught", "177.5"]),
    ]);
  });

  it("is the last one, or the one just after an event", async () => {
    const [event] = jsonLines<Event>(
      (await llmSim("events", "greedy", "--turns", "3", "--type", "ACTION", "--json")).stdout,
    );
    const just = await llmSim("state", "greedy", "--event", event?.event_id ?? "", "--json");
    expect(stateAnswerSchema.parse(JSON.parse(just.stdout))).toMatchObject({
      turn: 3,
      event_id: event?.event_id,
      agents: { "boat-1": { caught: 88.4 } },
    });
    const last = await llmSim("state", "greedy", "--json");
    expect(JSON.parse(last.stdout)).toMatchObject({ turn: 12, global: { fish: 42.2 }, check: "agrees" });
  });

  it("on a terminal stands part by part, and says whether the hash agrees", async () => {
    const { stdout } = await onTerminal("state", "greedy", "--turn", "0");
    expect(stdout).toMatch(/^Run greedy, turn 0 \[\w{26}\]\nworld\n {2}boats +4\n {2}fish +500\n/);
    const { stdout: later } = await onTerminal("state", "greedy", "--turn", "1");
    expect(later).toMatch(/\nChecked: .* agrees\.\n$/);
  });

  it("of one agent shows what it remembers by then, and of no other; on a terminal below its variables", async () => {
    const { code, stdout } = await llmSim("state", "dilemma", "--agent", "grim-trigger", "--turn", "3");
    expect(code).toBe(0);
    const rows = rowsOf(stdout);
    expect(new Set(rows.map(([agent]) => agent))).toEqual(new Set(["grim-trigger"]));
    expect(rows).toContainEqual(["grim-trigger", "context.memory.always-defect", '"betrayed me"']);
    const early = await llmSim("state", "dilemma", "--agent", "grim-trigger", "--turn", "1");
    expect(early.stdout).not.toContain("context.memory");
    const shown = await onTerminal("state", "dilemma", "--agent", "grim-trigger", "--turn", "3");
    expect(shown.stdout).toMatch(/\ngrim-trigger remembers\n {2}always-defect +"betrayed me"\n/);
    const nothing = await onTerminal("state", "dilemma", "--agent", "random");
    expect(nothing.stdout).toContain("random remembers nothing.");
    expect(await llmSim("state", "dilemma", "--agent", "grim")).toMatchObject({ code: 2 });
  });

  it("of one agent is answered without the state, too, and says what is not recorded; with --strict by its exit code", async () => {
    const asked = ["state", "dilemma-coarse", "--agent", "grim-trigger"] as const;
    const { code, stdout, stderr } = await llmSim(...asked);
    expect(code).toBe(0);
    expect(rowsOf(stdout)).toContainEqual(["grim-trigger", "context.memory.always-defect", '"betrayed me"']);
    expect(stderr).toMatch(/^! The run was recorded at DECISION: it holds no STATE events[^\n]*\n$/);
    expect((await llmSim(...asked, "--strict")).code).toBe(3);
  });

  it("refuses a turn that is not there, and a run that has no state", async () => {
    expect(await llmSim("state", "greedy", "--turn", "13")).toMatchObject({ code: 2, stdout: "" });
    const coarse = await llmSim("state", "coarse");
    expect(coarse).toMatchObject({ code: 2, stdout: "" });
    expect(coarse.stderr).toMatch(/^error: .*verbosity STATE[^\n]*\n$/);
    expect(await llmSim("state", "greedy", "--turn", "-1")).toMatchObject({ code: 2 });
  });
});

describe("history", () => {
  it("prints a row for each change: turn, event, old value, new value, by what", async () => {
    const rows = rowsOf((await llmSim("history", "greedy", "boat-1.caught", "--turns", "0..2")).stdout);
    expect(rows.map(([turn, id, ...rest]) => [turn, id?.length, ...rest])).toEqual([
      ["0", 26, "-", "0", "the set-up"],
      ["1", 26, "0", "50", "harvest by boat-1"],
      ["2", 26, "50", "88.4", "harvest by boat-1"],
    ]);
    expect(jsonLines((await llmSim("history", "greedy", "fish", "--json")).stdout)).toHaveLength(1 + 12 * 5);
  });

  it("names the nearest variable where there is none of the name", async () => {
    const { code, stderr } = await llmSim("history", "greedy", "fsh");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: .*fish.*\n$/);
  });
});

describe("why", () => {
  it("tells the chain, the ledger, and whether that is all: the same in a pipe and on a terminal, where long lines go on below", async () => {
    const { code, stdout, stderr } = await llmSim("why", "greedy", "boat-1.caught", "--turn", "9");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^"boat-1"\.caught was 209\.7 at the end of turn 9/);
    expect(stdout).toMatch(/^1\. "boat-1"\.caught went from .* \[\w{26}\]$/m);
    expect(stdout).toMatch(/^ *\+209\.7 {2}together$/m);
    expect(stdout).toMatch(/^Complete: /m);
    const rows = (await onTerminal("why", "greedy", "boat-1.caught", "--turn", "9")).stdout;
    const wordsOf = (text: string) => text.split(/\s+/);
    expect(wordsOf(rows)).toEqual(wordsOf(stdout));
    for (const row of rows.split("\n")) expect(row.length).toBeLessThanOrEqual(100);
  });

  it("takes --since and --depth, and an event's id", async () => {
    const { stdout } = await llmSim("why", "greedy", "fish", "--turn=6", "--since=3", "--depth=1", "--json");
    const { ledger, event_id, depth } = whyAnswerSchema.parse(JSON.parse(stdout));
    expect([ledger?.from.turn, ledger?.to.value, depth]).toEqual([3, 129, 1]);
    const ofEvent = await llmSim("why", "greedy", event_id, "--json");
    expect(whyAnswerSchema.parse(JSON.parse(ofEvent.stdout))).toMatchObject({ event_id, truncated: false });
    expect(await llmSim("why", "greedy", event_id, "--turn", "3")).toMatchObject({ code: 2, stdout: "" });
  });

  it("of what is not there is refused in one line", async () => {
    for (const subject of ["boat-9.caught", "fishes", "01KAR8B1C0A1B2C000000000F7"]) {
      const { code, stdout, stderr } = await llmSim("why", "greedy", subject);
      expect({ code, stdout }, subject).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^error: [^\n]+\n$/);
    }
  });
});

describe("find", () => {
  it("prints a row for each moment: turn and event, until when, agent, in words", async () => {
    const { code, stdout } = await llmSim("find", "greedy", "*.caught > 209");
    expect(code).toBe(0);
    expect(rowsOf(stdout).map(([turn, , until, , agent]) => [turn, until, agent])).toEqual(
      [1, 2, 3, 4].map((boat) => ["9", "-", `boat-${boat}`]),
    );
  });

  it("--limit says that there is more, --json gives one moment a line", async () => {
    const { stdout, stderr } = await llmSim("find", "greedy", "fish < 50", "--limit", "1", "--json");
    expect(jsonLines<WatchMoment>(stdout)).toMatchObject([{ turn: 10, ended: { turn: 10 } }]);
    expect(stderr).toBe("1 of 3 moments; --limit N shows more.\n");
  });

  it("says that it never was so, with exit code 0", async () => {
    expect(await llmSim("find", "greedy", "fish > 501")).toEqual({
      code: 0,
      stdout: "",
      stderr: "fish > 501 never became true.\n",
    });
    expect((await onTerminal("find", "greedy", "fish > 501")).stdout).toBe("fish > 501 never became true.\n");
  });

  it.each([
    ["fish <", /at character 7/],
    ["fsh < 1", /at character 1.*fish/],
    ["*.fish < 1", /at character 1/],
  ])("refuses %s, and says where it is wrong", async (expression, message) => {
    const { code, stdout, stderr } = await llmSim("find", "greedy", expression);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
  });
});

describe("widest, effects --tell", () => {
  it("rank decisions, and tell what one led to", async () => {
    const rows = rowsOf((await llmSim("widest", "greedy", "--limit", "2", "--horizon", "1")).stdout);
    expect(rows).toHaveLength(2);
    const [changes = "", events = "", turn = "", agent = "", id = ""] = rows[0] ?? [];
    expect(Number(events)).toBeGreaterThan(Number(changes));
    expect([Number(changes) > 2, Number(turn) >= 1, agent]).toEqual([
      true,
      true,
      expect.stringMatching(/^boat-/),
    ]);
    const { stdout } = await llmSim("effects", "greedy", id, "--tell");
    expect(stdout).toMatch(/^1\. .*decided on fish/m);
    const { stdout: json } = await llmSim("effects", "greedy", id, "--tell", "--json", "--depth", "2");
    expect(effectsAnswerSchema.parse(JSON.parse(json))).toMatchObject({ event_id: id, depth: 2, changes: 2 });
    // Without --tell it is still the tree.
    expect((await llmSim("effects", "greedy", id)).stdout).toContain("└─ ");
  });

  it("of an event that is not there is refused", async () => {
    expect(await llmSim("effects", "greedy", "nothing", "--tell")).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("diff", () => {
  it("of runs that went the same is equal, exit code 0", async () => {
    const { code, stdout } = await llmSim("diff", "greedy", "greedy-again");
    expect(code).toBe(0);
    expect(stdout).toContain("The runs are equal");
  });

  it("of others shows where they part, in context, exit code 1", async () => {
    const { code, stdout, stderr } = await llmSim("diff", "greedy", "restrained");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toMatch(/^- greedy: \d+ events.*\n\+ restrained: [\d,]+ events/);
    expect(stdout).toMatch(
      /\n@@ turn 1 @@\n {2}.*\n {2}.*\n {2}.*\n- .* boat-1 decided on fish: 50\.\n\+ .*stay_in_port/,
    );
    const json = await llmSim("diff", "greedy", "restrained", "--json");
    expect(json.code).toBe(1);
    expect(compareAnswerSchema.parse(JSON.parse(json.stdout))).toMatchObject({
      equal: false,
      divergence: { difference: { key: { turn: 1, agent_id: "boat-1" } } },
    });
  });

  it("of a run that is not there is a wrong call, not a difference", async () => {
    expect(await llmSim("diff", "greedy", "nowhere")).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("run --break-when", () => {
  it("ends with the turn in which the condition becomes true, and names the event that find names", async () => {
    const run = await llmSim("run", COMMONS, "--id", "broken", "--break-when", "fish < 50", "--json");
    expect(run).toMatchObject({ code: 0, stderr: "" });
    const summary = JSON.parse(run.stdout);
    const [moment] = jsonLines<WatchMoment>((await llmSim("find", "broken", "fish < 50", "--json")).stdout);
    expect(summary).toMatchObject({
      status: "completed",
      turns: 10,
      broke_at: { expression: "fish < 50", turn: 10, event_id: moment?.event_id },
    });
    const [end] = jsonLines<Event>((await llmSim("tail", "broken", "--json")).stdout).slice(-1);
    expect(end).toMatchObject({ description: summary.reason, details: { broke_at: summary.broke_at } });
    expect((await llmSim("verify", "broken")).code).toBe(0);
  });

  it("tells a person the same, and how to go on", async () => {
    const { stdout } = await llmSim("run", COMMONS, "--id", "told", "--break-when", "*.caught > 209");
    const [, id] =
      /became true for boat-1 with "boat-1"\.caught: 201 → 209\.7 \[(\w{26})\]/.exec(stdout) ?? [];
    expect(stdout).toContain(`llm-sim why told ${id} `);
    expect((await llmSim("why", "told", id ?? "")).stdout).toMatch(
      /^"boat-1"\.caught went from 201 to 209\.7/i,
    );
  });

  it("works where the state is not recorded", async () => {
    const { stdout } = await llmSim(
      "run",
      COMMONS,
      "--id",
      "bare",
      "--verbosity",
      "ACTION",
      "--break-when",
      "fish < 50",
      "--json",
    );
    const { broke_at, turns } = JSON.parse(stdout);
    expect(turns).toBe(10);
    const shown = await llmSim("show", "bare", broke_at.event_id, "--json");
    expect(JSON.parse(shown.stdout)).toMatchObject({ event_type: "ACTION", turn_number: 10 });
  });

  it("refuses a wrong condition before anything runs, with the place", async () => {
    const { code, stdout, stderr } = await llmSim(
      "run",
      COMMONS,
      "--id",
      "never",
      "--break-when",
      "fish < 5 0",
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: --break-when "fish < 5 0", at character \d+: [^\n]+\n$/);
    expect((await llmSim("events", "never")).code).toBe(2);
  });

  it("warns of a name that nothing has, and says at the end that it never came true", async () => {
    const { code, stderr } = await llmSim("run", COMMONS, "--id", "typo", "--break-when", "fihs < 50");
    expect(code).toBe(0);
    expect(stderr).toBe(
      'warning: The condition names fihs, which nothing has after the set-up; did you mean "fish"?\nfihs < 50 never became true.\n',
    );
    const quiet = await llmSim("run", COMMONS, "--id", "quiet", "--break-when", "fihs < 50", "--quiet");
    expect(quiet).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("holds for each run of a batch", async () => {
    const batch = ["run", COMMONS, "--id", "batch", "--seeds", "1..2", "--jobs", "2", "--json"];
    const { code, stdout, stderr } = await llmSim(...batch, "--break-when", "fish < 50 or fihs > 0");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).runs).toMatchObject([
      { turns: 10, broke_at: { turn: 10 } },
      { turns: 10, broke_at: { turn: 10 } },
    ]);
    expect(stderr.match(/^warning: .*fihs/gm)).toHaveLength(1);
    expect(stderr).toMatch(/^batch-s1 completed .* stopped by fish < 50 or fihs > 0$/m);
    const manifest = JSON.parse(readFileSync(join(directory, "output", "batch-s1", "run.json"), "utf8"));
    expect(manifest.status).toBe("completed");
  });
});
