import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { readEvents, verifyRun } from "@llm-sim/events/read";
import { EVENT_TYPES, type Event } from "@llm-sim/events/schema";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const run = promisify(execFile);
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "llm-sim-docs-"));
  await symlink(join(root, "node_modules"), join(home, "node_modules"));
});

afterAll(() => rm(home, { recursive: true }));

/** The code of a page, block by block. */
async function blocksOf(page: string, language: string): Promise<string[]> {
  const text = await readFile(join(root, page), "utf8");
  return [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(([, name, code]) =>
    name === language && code ? [code] : [],
  );
}

/** The blocks of a page that are files: ```ts file=boats.ts */
async function filesOf(page: string): Promise<Map<string, string>> {
  const text = await readFile(join(root, page), "utf8");
  const blocks = [...text.matchAll(/```\w+ file=(\S+)\n([\s\S]*?)```/g)];
  return new Map(blocks.map(([, name = "", code = ""]) => [name, code]));
}

async function eventsOf(directory: string, kinds: readonly string[]): Promise<Event[]> {
  const events: Event[] = [];
  for await (const { event } of readEvents(directory))
    if (kinds.includes(event.event_type)) events.push(event);
  return events;
}

async function runModule(code: string): Promise<string> {
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code], { cwd: home });
  return stdout;
}

/** What the compiler says of modules, in a directory of their own. */
async function compiled(directory: string, modules: readonly string[]): Promise<string> {
  const options = {
    strict: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    module: "nodenext",
    target: "es2023",
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    types: [],
  };
  await writeFile(
    join(directory, "tsconfig.json"),
    JSON.stringify({ compilerOptions: options, files: modules }),
  );
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = await run(process.execPath, [compiler, "-p", directory]).catch(
    (error: { stdout: string }) => error,
  );
  return stdout;
}

describe("README.md", () => {
  it("has a library example that runs as it stands, as often as one likes, and leaves whole logs", async () => {
    const [example = ""] = await blocksOf("README.md", "js");
    await runModule(example);
    await runModule(example);
    const runs = await readdir(join(home, "output"));
    expect(runs).toHaveLength(2);
    for (const name of runs) {
      const directory = join(home, "output", name);
      expect(await verifyRun(directory)).toMatchObject({ result: "ok", violations: [], events: 7 });
    }
    await rm(join(home, "output"), { recursive: true });
  });

  it("shows lines that are events", async () => {
    const [log = ""] = await blocksOf("README.md", "json");
    const { eventSchema } = await import("@llm-sim/events/schema");
    for (const line of log.trim().split("\n"))
      expect(eventSchema.safeParse(JSON.parse(line)).error).toBeUndefined();
  });
});

describe("docs/events.md", () => {
  it("has examples that run as they stand", async () => {
    const blocks = await blocksOf("docs/events.md", "js");
    const [open = "", explicit = "", times = "", appending = "", readingTape = "", read = "", testing = ""] =
      blocks;
    await runModule(`${open}\n${explicit}\n${appending}\nawait stream.close();`);
    expect(await runModule(readingTape)).toBe("agent alice/3/decide/0#1 buy\n");
    const reading = await runModule(read);
    expect(reading).toContain("Turn 2 started");
    expect(reading.trim().split("\n").at(-1)).toBe("ok");
    await runModule(times);
    expect(await verifyRun(join(home, "output/old-run"))).toMatchObject({ result: "ok", violations: [] });
    const [decision, action] = await eventsOf(join(home, "output/old-run"), ["DECISION", "ACTION"]);
    expect(decision).toMatchObject({ timestamp: "2024-03-01T10:00:02.500000Z", new_value: "north" });
    expect(action).toMatchObject({ timestamp: "2024-03-01T10:00:03.100000Z", action_type: "walk" });
    expect(action?.caused_by).toContain(decision?.event_id);
    expect(await runModule(testing)).toBe("buy\n");
  });
});

describe("docs/api.md", () => {
  it("has programs that compile as they stand, and a client that asks a server", async () => {
    const [serving = "", asking = ""] = await blocksOf("docs/api.md", "ts");
    const directory = join(home, "asking");
    await mkdir(directory);
    await writeFile(join(directory, "serving.ts"), serving);
    await writeFile(join(directory, "asking.ts"), asking);
    await writeFile(join(directory, "package.json"), '{ "type": "module" }');
    expect(await compiled(directory, ["serving.ts", "asking.ts"])).toBe("");
    const { startServer } = await import("@llm-sim/server");
    const { openEventStream } = await import("@llm-sim/events");
    const outputDir = join(directory, "output");
    await (await openEventStream({ outputDir, simulationId: "market" })).close();
    const server = await startServer({ outputDir, port: 0 });
    expect(await runModule(asking.replace("http://127.0.0.1:8000", server.url))).toBe(
      "market 0 all of them\n",
    );
    await server.close();
  });
});

describe("docs/simulation.md", () => {
  const page = "docs/simulation.md";
  let written: Map<string, string>;

  beforeAll(async () => {
    written = await filesOf(page);
    for (const [name, code] of written) await writeFile(join(home, name), code);
  });

  it("shows the commons example as it is", async () => {
    for (const name of ["fishery.ts", "boats.ts"]) {
      expect(written.get(name)).toBe(await readFile(join(root, "examples/commons", name), "utf8"));
    }
    const [config = ""] = await blocksOf(page, "yaml");
    expect(await readFile(join(root, "examples/commons/simulation.yaml"), "utf8")).toContain(config.trim());
  });

  it("has modules that compile as they stand", async () => {
    const modules = [...written.keys()].filter((name) => name.endsWith(".ts"));
    expect(modules).toEqual([
      "fishery.ts",
      "harbour.ts",
      "boats.ts",
      "skipper.ts",
      "light.ts",
      "oracle.ts",
      "quota.ts",
    ]);
    await writeFile(join(home, "package.json"), '{ "type": "module" }');
    expect(await compiled(home, modules)).toBe("");
  });

  it("has a simulation that shows what is said of validators, contexts, coming and going", async () => {
    const { loadConfig, runSimulation } = await import("@llm-sim/simulation");
    const simulation = await loadConfig(join(home, "harbour.yaml"));
    const { directory = "", status } = await runSimulation(simulation, { outputDir: join(home, "output") });
    expect(status).toBe("completed");
    expect(await verifyRun(directory)).toMatchObject({ result: "ok", violations: [] });
    const events = await eventsOf(directory, EVENT_TYPES);
    const told = (kind: string, words: RegExp) =>
      events.filter((event) => event.event_type === kind && words.test(JSON.stringify(event)));
    expect(told("SYSTEM", /is more than the quota of 49 t in season \d/).length).toBeGreaterThan(0);
    expect(told("SYSTEM", /line_dead/).length).toBeGreaterThan(0);
    expect(told("DETAIL", /seasons_left/).length).toBeGreaterThan(0);
    const decided = (agent: string) =>
      new Set(
        events.flatMap((event) =>
          event.event_type === "DECISION" && event.agent_id === agent ? [event.turn_number] : [],
        ),
      );
    expect([...decided("boat-1")]).toEqual([1, 2, 3, 5]);
    expect([...decided("boat-2")]).toEqual([1, 5, 6, 7, 9, 10, 11]);
    expect([...decided("boat-3")]).toEqual([7, 9, 10, 11]);
    expect(told("SYSTEM", /boat-3 came, of type newcomer, by rule sale/)).toHaveLength(1);
    expect(told("SYSTEM", /boat-1 went, by rule sale/)).toHaveLength(1);
    expect(told("SYSTEM", /boat-2 sits out for 2 turns, by rule repairs/)).toHaveLength(1);
    await expect(
      loadConfig(join(home, "harbour.yaml"), {
        overrides: [{ path: "agents.0.initial_state.caught", value: -1 }],
      }),
    ).rejects.toThrow(/caught is -1/);
  });

  it("has a simulation that shows what is said of code that waits", async () => {
    const { loadConfig, runSimulation } = await import("@llm-sim/simulation");
    const simulation = await loadConfig(join(home, "light.yaml"));
    const { directory = "", status } = await runSimulation(simulation, { outputDir: join(home, "output") });
    expect(status).toBe("completed");
    const events = await eventsOf(directory, ["DECISION", "SYSTEM"]);
    const told = events.map((event) => [
      event.turn_number,
      event.event_type === "SYSTEM" ? event.error_type : event.event_type,
    ]);
    expect(told).toEqual([
      [1, "DECISION"],
      [2, "DECISION"],
      [3, "decide_timeout"],
      [4, "DECISION"],
    ]);
    expect(events[3]?.caused_by).toContain(events[2]?.event_id);
  });

  it("has a simulation that shows what is said of asking a language model", async () => {
    const { loadConfig, runSimulation } = await import("@llm-sim/simulation");
    const { startModelServer } = await import("@llm-sim/llm/testing");
    const server = await startModelServer(({ body }, index) => {
      if (JSON.stringify(body).includes("headline")) return { text: "Fish again" };
      return index === 0 ? { status: 401 } : { json: { amount: 2, why: "enough" } };
    });
    const overrides = [{ path: "llm.base_url", value: server.base_url }];
    const simulation = await loadConfig(join(home, "oracle.yaml"), { overrides });
    const { directory = "", ...result } = await runSimulation(simulation, {
      outputDir: join(home, "output"),
    });
    await server.close();
    expect(result).toMatchObject({ status: "completed", calls: { calls: 4 } });
    expect(await verifyRun(directory)).toMatchObject({ result: "ok", violations: [] });
    const events = await eventsOf(directory, EVENT_TYPES);
    const decisions = events.filter(({ event_type }) => event_type === "DECISION");
    expect(decisions.map(({ description = "" }) => description)).toEqual([
      expect.stringContaining("do_without"),
      "enough",
    ]);
    const calls = events.filter(({ details }) => typeof details?.call === "string");
    expect(calls.map(({ details }) => details?.call)).toEqual([
      "agent boat/1/plan/0#1",
      "engine/1/headline/0#1",
      "agent boat/2/plan/0#1",
      "engine/2/headline/0#1",
    ]);
    expect(decisions[1]?.caused_by).toContain(calls[2]?.event_id);
  });

  it("has a simulation that shows what is said of variables with bounds, and of who sees what", async () => {
    const { loadConfig, runSimulation } = await import("@llm-sim/simulation");
    const simulation = await loadConfig(join(home, "fog.yaml"));
    const { directory = "" } = await runSimulation(simulation, { outputDir: join(home, "output") });
    const events = await eventsOf(directory, ["DECISION", "SYSTEM"]);
    const refusals = events.filter((event) => event.event_type === "SYSTEM");
    expect(refusals.length).toBeGreaterThan(0);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ error_type: "state_variable", details: { variable: "global.fish" } });
    }
    for (const { agent_id, details } of events.filter((event) => event.event_type === "DECISION")) {
      const seen = agent_id === "greedy" ? [{ variable: "fish", value: expect.any(Number) }] : undefined;
      expect(details?.observed).toEqual(seen);
    }
  });

  it("has programs that print what it says", async () => {
    const programs = await blocksOf(page, "js");
    expect(programs).toHaveLength(2);
    const text = await readFile(join(root, page), "utf8");
    const printed = [...text.matchAll(/```js\n[\s\S]*?```\n\n```\n([\s\S]*?)```/g)].map(
      ([, output]) => output,
    );
    const example = join(root, "examples/commons/simulation.yaml");
    for (const [at, program] of programs.entries()) {
      expect(await runModule(program.replace("examples/commons/simulation.yaml", example))).toBe(printed[at]);
    }
  });
});

describe("packages/simulation/README.md", () => {
  const page = "packages/simulation/README.md";
  let pond: string;

  beforeAll(async () => {
    pond = await mkdtemp(join(tmpdir(), "llm-sim-pond-"));
    await symlink(join(root, "node_modules"), join(pond, "node_modules"));
    for (const [name, code] of await filesOf(page)) await writeFile(join(pond, name), code);
  });
  afterAll(() => rm(pond, { recursive: true }));

  it("has modules that compile as they stand", async () => {
    await writeFile(join(pond, "package.json"), '{ "type": "module" }');
    expect(await compiled(pond, ["pond.ts", "fishers.ts"])).toBe("");
  });

  it("has a program that prints what it says", async () => {
    const text = await readFile(join(root, page), "utf8");
    const [, program = "", printed] = /```js\n([\s\S]*?)```\n\n```\n([\s\S]*?)```/.exec(text) ?? [];
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program], { cwd: pond });
    expect(stdout).toBe(printed);
  });

  it("has a simulation whose causes are complete", async () => {
    const { loadConfig, runSimulation } = await import("@llm-sim/simulation");
    const simulation = await loadConfig(join(pond, "pond.yaml"));
    const { directory = "" } = await runSimulation(simulation, { outputDir: join(pond, "runs") });
    expect(await verifyRun(directory)).toMatchObject({ result: "ok", violations: [] });
    const { readManifest } = await import("@llm-sim/events/run");
    expect(readManifest(directory)?.causes).toMatchObject({
      engine: "none",
      validator: "none",
      agents: { "./fishers.ts#Careful": "tracked", "./fishers.ts#greedy": "none" },
    });
  });
});

describe("the pages", () => {
  it("link to files that are there", async () => {
    const pages = [
      "README.md",
      "CONTRIBUTING.md",
      "packages/simulation/README.md",
      ...(await readdir(join(root, "docs"))).map((name) => join("docs", name)),
    ];
    const broken: string[] = [];
    for (const page of pages.filter((name) => name.endsWith(".md"))) {
      const text = await readFile(join(root, page), "utf8");
      for (const [, target = ""] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
        if (/^https?:/.test(target)) continue;
        if (!existsSync(join(root, dirname(page), target))) broken.push(`${page}: ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });
});
