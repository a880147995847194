import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Event } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import { ask, cli, jsonLines, temporaryDirectory, writeConfig } from "./cli.test.fixture.ts";

const directory = temporaryDirectory();
/** As into a pipe. */
const llmSim = (...args: string[]) => ask(directory, args);
/** The real program. */
const program = (...args: string[]) => cli(directory, ...args);

const AGENTS = "agents: [{ name: alice, type: trader }]";
const GOOD = {
  simulation: "simulation: { name: bad, turns: 9, seed: 1 }",
  engine: "engine: { type: market }",
  agents: AGENTS,
};

function write(file: string, text: string): void {
  writeFileSync(join(directory, file), text);
}

function config(parts: Partial<typeof GOOD> & { more?: string }): string {
  const { simulation, engine, agents, more = "" } = { ...GOOD, ...parts };
  return [simulation, engine, agents, more, ""].join("\n");
}

describe("a wrong config is refused before anything runs, with its place and what to do", () => {
  const cases: [name: string, text: string, message: RegExp][] = [
    ["not YAML", "simulation: { name: [", /^error: wrong\.yaml:\d+:\d+: not YAML/],
    [
      "an unknown key",
      config({ simulation: "simulation: { name: bad, trun: 9 }" }),
      /wrong\.yaml:1:26: .*"trun".*did you mean "turns"/,
    ],
    [
      "a wrong type",
      config({ simulation: "simulation: { name: bad, turns: many }" }),
      /wrong\.yaml:1:33: .*turns/,
    ],
    [
      "an unknown engine",
      config({ engine: "engine: { type: markt }" }),
      /wrong\.yaml:2:17: unknown engine "markt".*did you mean "market"/,
    ],
    [
      "a duplicate agent name",
      config({ agents: "agents:\n  - { name: alice, type: trader }\n  - { name: alice, type: trader }" }),
      /wrong\.yaml:5:13: .*"alice"/,
    ],
    [
      "a module that is missing",
      config({ engine: "engine: { type: ./none.ts }" }),
      /wrong\.yaml:2:17: .*none\.ts/,
    ],
    [
      "a module that throws",
      config({ engine: "engine: { type: ./throws.ts }" }),
      /wrong\.yaml:2:17: .*throws\.ts.*out of order/,
    ],
  ];
  it.each(cases)("%s", async (_name, text, message) => {
    write("throws.ts", 'throw new Error("out of order");\n');
    write("wrong.yaml", text);
    const ended = await program("run", "wrong.yaml", "--id", "never");
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr.trimEnd()).not.toContain("\n");
    expect(existsSync(join(directory, "output", "never"))).toBe(false);
  });

  it("a config that is not there", async () => {
    const ended = await program("run", "absent.yaml");
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^error: absent\.yaml: .+\n$/);
  });

  it("--debug adds where in the program it comes from", async () => {
    const ended = await program("run", "absent.yaml", "--debug");
    expect(ended.stderr).toMatch(/\n\s+at /);
  });
});

describe("a run that cannot be recorded", () => {
  it("an output directory that cannot be written", async () => {
    writeConfig(directory, "bank.yaml");
    write("a-file", "");
    const ended = await program("run", "bank.yaml", "--output", "a-file");
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^error: .*a-file.+\n$/);
  });

  it.skipIf(process.getuid?.() === 0)("an output directory without write permission", async () => {
    mkdirSync(join(directory, "read-only"));
    chmodSync(join(directory, "read-only"), 0o555);
    const ended = await llmSim("run", "bank.yaml", "--output", "read-only");
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^error: .*read-only.+\n$/);
  });

  it.each(["../escape", "a/b", "/absolute", ".hidden", ""])("a run id that is no id: %j", async (id) => {
    const ended = await llmSim("run", "bank.yaml", "--id", id);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^error: .*(id).+\n$/);
    expect(existsSync(join(directory, "escape"))).toBe(false);
  });

  it("a run id that is taken", async () => {
    expect((await llmSim("run", "bank.yaml", "--id", "taken")).code).toBe(0);
    const ended = await llmSim("run", "bank.yaml", "--id", "taken");
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^error: .*taken.*\n$/);
    expect((await llmSim("verify", "taken")).code).toBe(0);
  });
});

const ENGINE = `
import { BaseEngine } from "@llm-sim/simulation";
import * as z from "zod";

export class CountingEngine extends BaseEngine {
  static params = z.strictObject({ fails_at: z.number().optional() });
  actions = {
    count: this.action(z.looseObject({}), (draft, { agent_id }) => {
      if (this.turn === this.params.fails_at) throw new Error("the abacus broke");
      draft.agents[agent_id].count += 1;
    }),
  };
  afterActions() {
    if (this.turn === this.params.fails_at) throw new Error("the abacus broke");
  }
}
`;

async function runWith(
  id: string,
  decide: string,
  failsAt?: number,
): Promise<{ code: number | null; stderr: string; events: Event[] }> {
  write("engine.ts", ENGINE);
  write(`${id}.ts`, `export function decide(observation, { turn }) {\n${decide}\n}\n`);
  const params = failsAt === undefined ? "{}" : `{ fails_at: ${failsAt} }`;
  write(
    `${id}.yaml`,
    config({
      engine: `engine: { type: ./engine.ts, params: ${params} }`,
      agents: `agents:\n  - { name: odd, type: ./${id}.ts, initial_state: { count: 0 } }\n  - { name: even, type: ./steady.ts, initial_state: { count: 0 } }`,
      more: "events: { verbosity: STATE }",
    }),
  );
  write(
    "steady.ts",
    'export const decide = () => ({ decision_type: "count", actions: [{ action_type: "count" }] });\n',
  );
  const { code, stderr } = await program("run", `${id}.yaml`, "--id", id);
  const { stdout } = await llmSim("export", id, "--format", "jsonl");
  return { code, stderr, events: jsonLines<Event>(stdout) };
}

function statusOf(id: string): string {
  return JSON.parse(readFileSync(join(directory, "output", id, "run.json"), "utf8")).status;
}

describe("code of the user's that goes wrong is recorded, in a log that verify accepts", () => {
  it("an agent that throws sits the turn out, and the run goes on", async () => {
    const { code, events } = await runWith(
      "throwing",
      'if (turn === 3) throw new Error("no idea"); return { decision_type: "wait" };',
    );
    expect(code).toBe(0);
    const failures = events.filter((event) => event.event_type === "SYSTEM" && event.status === "failure");
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ turn_number: 3, subject_agent_id: "odd", error_type: "agent_error" });
    expect(failures[0]?.description).toContain("no idea");
    expect(statusOf("throwing")).toBe("completed");
    expect(await llmSim("verify", "throwing")).toMatchObject({ code: 0 });
  });

  it("an agent that returns nonsense, likewise", async () => {
    const { code, events } = await runWith("nonsense", 'return turn === 2 ? 42 : { decision_type: "wait" };');
    expect(code).toBe(0);
    const failures = events.filter((event) => event.event_type === "SYSTEM" && event.status === "failure");
    expect(failures).toMatchObject([{ turn_number: 2, subject_agent_id: "odd" }]);
    expect(await llmSim("verify", "nonsense")).toMatchObject({ code: 0 });
  });

  it("a payload that JSON cannot carry refuses the action, and details that it cannot carry are named in lossy", async () => {
    const { code, events } = await runWith(
      "unjson",
      `const cycle = {}; cycle.self = cycle;
       return { decision_type: "odd", details: { big: 10n, not: NaN }, actions: [{ action_type: "count", payload: { cycle } }] };`,
    );
    expect(code).toBe(0);
    const decision = events.find((event) => event.event_type === "DECISION" && event.agent_id === "odd");
    expect(decision?.lossy).toEqual(["/details/big", "/details/not"]);
    const refused = events.find((event) => event.event_type === "SYSTEM" && event.subject_agent_id === "odd");
    expect(refused).toMatchObject({ status: "warning", caused_by: [decision?.event_id] });
    expect(await llmSim("verify", "unjson")).toMatchObject({ code: 0 });
  });

  it("an engine that throws at turn 7 fails the run, whose log holds what was before", async () => {
    const { code, stderr, events } = await runWith("broken", 'return { decision_type: "wait" };', 7);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*turn 7.*the abacus broke.*\n$/);
    expect(events.find((event) => event.event_type === "SYSTEM" && event.status === "failure")).toMatchObject(
      {
        turn_number: 7,
      },
    );
    expect(
      events.filter((event) => event.event_type === "MILESTONE" && event.milestone_type === "turn_end"),
    ).toHaveLength(6);
    expect(statusOf("broken")).toBe("failed");
    expect(await llmSim("verify", "broken")).toMatchObject({ code: 0 });
  });
});

describe("a wrong call", () => {
  const calls: [args: string[], message: RegExp][] = [
    [["evnts", "latest"], /unknown command 'evnts'.*events/],
    [["events", "latest", "--lmit", "3"], /unknown option '--lmit'.*--limit/],
    [["events", "latest", "--turns", "9..3"], /--turns.*5\.\.10/],
    [["events", "latest", "--type", "ACTIN"], /--type.*ACTION/],
    [["events", "latest", "--since", "yesterday"], /--since.*ISO 8601/],
    [["events", "latest", "--agent", "a,b"], /--agent.*without comma/],
    [["events", "latest", "--limit", "0"], /--limit.*from 1/],
    [["causes", "latest", "X", "--depth", "21"], /--depth.*1 to 20/],
    [["events"], /missing required argument 'run'/],
    [["export", "latest"], /--format/],
    [["export", "latest", "--format", "xml"], /jsonl, csv, parquet/],
    [["export", "latest", "--format", "parquet"], /--out/],
    [["export", "latest", "--format", "csv", "--out", "output"], /--out output: it is a directory/],
    [
      ["export", "latest", "--format", "csv", "--out", "/dev/null"],
      /--out \/dev\/null: it is no regular file/,
    ],
    [["export", "latest", "--format", "csv", "--out", ""], /--out: expected the name of a file/],
    [
      ["export", "latest", "--format", "csv", "--out", "no/x.csv"],
      /--out no\/x\.csv: there is no directory no/,
    ],
    [["ls", "nowhere"], /nowhere/],
    [["ls", "bank.yaml"], /bank\.yaml is a file.*directory that holds the runs/],
    [["ls", "bank.yaml/runs"], /There is no directory bank\.yaml\/runs/],
    [["serve", "bank.yaml"], /bank\.yaml is a file/],
    [["events", "latest", "--output", "bank.yaml"], /bank\.yaml is a file/],
    [["events", "some-run", "--output", "bank.yaml"], /bank\.yaml is a file/],
    [["events", "some-run", "--output", "nowhere"], /There is no directory nowhere/],
    [["run", "bank.yaml", "--verbosity", "LOUD"], /MILESTONE, DECISION, ACTION, STATE/],
    [["run", "bank.yaml", "--turns", "0"], /--turns.*from 1/],
    [["run", "bank.yaml", "--set", "simulation.turns"], /PATH=VALUE/],
    [["run", "bank.yaml", "--set", "simulation.tuns=3"], /--set simulation\.tuns=3: .*turns/],
    [["run", "bank.yaml", "--seeds", "9..1"], /--seeds.*1\.\.100/],
    [["run", "bank.yaml", "--seed", "1", "--seeds", "1..2"], /exclude each other/],
    [["serve", "--host", "0.0.0.0"], /--token/],
    [["serve", "--port", "70000"], /--port.*65535/],
  ];
  it.each(calls)("%j is answered in one line, with exit code 2", async (args, message) => {
    writeConfig(directory, "bank.yaml");
    mkdirSync(join(directory, "output"), { recursive: true });
    const answer = await ask(directory, args);
    expect(answer).toMatchObject({ code: 2, stdout: "" });
    expect(answer.stderr).toMatch(message);
    expect(answer.stderr).toMatch(/^error: [^\n]+\n$/);
  });

  it("the process ends with that exit code", async () => {
    expect(await program("evnts")).toEqual({
      code: 2,
      stdout: "",
      stderr: "error: unknown command 'evnts' (Did you mean events?)\n",
    });
  });

  it("no command at all prints the help, to standard error", async () => {
    const ended = await llmSim();
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toContain("Usage: llm-sim");
  });
});

describe("escape sequences of what was typed do not reach the terminal", () => {
  const EVIL = "x\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\r\ny";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;
  const calls: [name: string, ...args: string[]][] = [
    ["a command", EVIL],
    ["an option", "ls", `--${EVIL}`],
    ["a directory", "ls", EVIL],
    ["a run", "events", EVIL],
    ["a config", "run", EVIL],
    ["an option's value", "events", "latest", "--limit", EVIL],
    ["a kind", "events", "latest", "--type", EVIL],
    ["a setting", "run", "bad.yaml", "--set", EVIL],
    ["a run, with where it comes from", "--debug", "show", EVIL, EVIL],
    ["a file", "import", EVIL, "--map", EVIL],
  ];
  it.each(calls)("in %s", async (name, ...args) => {
    // One by the real program: who prints what went wrong there is the same.
    const { stdout, stderr, code } = await (name === "a command" ? program : llmSim)(...args);
    expect(code).not.toBe(0);
    expect(stderr).toContain("error:");
    expect(stdout + stderr).not.toMatch(UNSAFE);
  });

  it("in the name of a directory that is empty, which is no error", async () => {
    const name = "empty\u001b[2J";
    mkdirSync(join(directory, name));
    const { stderr } = await llmSim("ls", name);
    expect(stderr).toContain("There is no run in empty␛[2J yet");
  });
});
