import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readEvents, verifyRun } from "@llm-sim/events/read";
import { buildOf, readManifest, writtenBy } from "@llm-sim/events/run";
import { type Event, VERBOSITY_LEVELS } from "@llm-sim/events/schema";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import {
  type Agent,
  type AgentContext,
  BaseEngine,
  canonicalLog,
  type Decision,
  defineSimulation,
  isRunError,
  loadConfig,
  readCheckpoint,
  runSimulation,
} from "../index.ts";

let output: string;

beforeEach(async () => {
  output = await mkdtemp(join(tmpdir(), "llm-sim-run-"));
});
afterEach(async () => {
  await rm(output, { recursive: true });
});

interface Counting {
  global: { total: number; failAt: number };
  agents: Record<string, { count: number }>;
}

class CountingEngine extends BaseEngine<Counting, { failAt?: number }> {
  readonly actions = {
    add: this.action(z.strictObject({ amount: z.int() }), (draft, { agent_id, payload }) => {
      this.agent(draft, agent_id).count += payload.amount;
      draft.global.total += payload.amount * this.random.integer(1, 3);
    }),
  };

  override initialState(agents: Parameters<BaseEngine["initialState"]>[0]): Counting {
    return {
      global: { total: 0, failAt: this.params.failAt ?? 0 },
      agents: Object.fromEntries(agents.map(({ id }) => [id, { count: 0 }])),
    };
  }

  override afterActions(): void {
    if (this.turn === this.params.failAt) throw new Error("out of numbers");
  }
}

/** Adds what it drew now and the time before: it has a memory that matters. */
class Counter implements Agent<{ me: { count: number } }> {
  #last = 0;

  decide({ me }: { me: { count: number } }, { random }: AgentContext): Decision {
    const drawn = random.integer(0, 9);
    const amount = drawn + this.#last + (me.count % 2);
    this.#last = drawn;
    return { decision_type: "count", actions: [{ action_type: "add", payload: { amount } }] };
  }

  getMemory(): number {
    return this.#last;
  }

  setMemory(memory: unknown): void {
    this.#last = Number(memory);
  }
}

function counting(more: { turns?: number; failAt?: number; checkpoint_interval?: number } = {}) {
  const { turns = 6, failAt, checkpoint_interval } = more;
  return defineSimulation({
    name: "counting",
    turns,
    seed: 9,
    engine: CountingEngine,
    params: failAt === undefined ? {} : { failAt },
    agents: ["ann", "ben"].map((name) => ({ name, agent: Counter })),
    ...(checkpoint_interval === undefined ? {} : { checkpoint_interval }),
  });
}

async function eventsOf(directory: string | undefined): Promise<Event[]> {
  const events: Event[] = [];
  for await (const { event } of readEvents(directory ?? "")) events.push(event);
  return events;
}

describe("a run's files", () => {
  it.each(VERBOSITY_LEVELS)("are what verify accepts, at %s", async (verbosity) => {
    const { directory } = await runSimulation(counting(), { outputDir: output, verbosity });
    const report = await verifyRun(directory ?? "");
    expect(report).toMatchObject({ result: "ok", violations: [] });
  });

  it("say in run.json where the run came from, and how it went", async () => {
    const config = join(output, "sim.yaml");
    await writeFile(
      config,
      "simulation: { name: tiny, turns: 2, seed: 5 }\nengine: { type: market }\nagents: [{ name: a, type: ./a.mjs }]\n",
    );
    await writeFile(join(output, "a.mjs"), 'export const agent = () => ({ decision_type: "wait" });\n');
    const summary = await runSimulation(await loadConfig(config), {
      outputDir: output,
      batch: { id: "b1", name: "b1", settings: { "engine.params.price": 3 } },
    });
    expect(summary).toMatchObject({ status: "completed", turns: 2, stats: { dropped: 0, pending: 0 } });
    expect(summary.simulation_id).toMatch(/^tiny-\d{8}-\d{6}-[0-9a-f]{4}$/);
    const manifest = readManifest(summary.directory ?? "");
    expect(manifest).toMatchObject({
      simulation_id: summary.simulation_id,
      name: "tiny",
      seed: 5,
      batch: { id: "b1", name: "b1", settings: { "engine.params.price": 3 } },
      status: "completed",
      config: { simulation: { name: "tiny", turns: 2, seed: 5 }, engine: { type: "market" } },
      config_file: "sim.yaml",
      ...writtenBy(buildOf(import.meta.url)),
      causes: { version: 2, by: "simulation" },
      modules: [{ path: "a.mjs", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });
    expect(manifest?.counts.written).toBe(summary.stats.written);
  });

  it("say nothing of where on the machine the code lies", async () => {
    await mkdir(join(output, "code"));
    const config = join(output, "tiny.yaml");
    const agent = join(output, "code", "a.mjs");
    await writeFile(
      config,
      `simulation: { name: tiny, turns: 1 }\nengine: { type: market }\nagents: [{ name: a, type: "${agent}#agent" }, { name: b, type: ${agent} }]\n`,
    );
    await writeFile(agent, 'export const agent = () => ({ decision_type: "wait" });\n');
    const { directory = "" } = await runSimulation(await loadConfig(config), { outputDir: output });
    expect(readManifest(directory)).toMatchObject({
      config: { agents: [{ type: "./code/a.mjs#agent" }, { type: "./code/a.mjs" }] },
      modules: [{ path: "code/a.mjs" }],
    });
    for (const file of await readdir(directory)) {
      expect(await readFile(join(directory, file), "utf8"), file).not.toContain(output);
    }
  });

  it("of an engine that fails in turn 7 hold the log up to there, and say failed", async () => {
    const failing = runSimulation(counting({ turns: 10, failAt: 7 }), {
      outputDir: output,
      simulationId: "bad",
    });
    await expect(failing).rejects.toThrow(
      /^counting failed in turn 7: afterActions: out of numbers; the log up to there is in /,
    );
    const directory = join(output, "bad");
    expect(readManifest(directory)?.status).toBe("failed");
    expect((await verifyRun(directory)).result).toBe("ok");
  });
});

describe("a run that cannot begin", () => {
  const refused = async (options: Parameters<typeof runSimulation>[1]) => {
    const error: unknown = await runSimulation(counting(), options).then(
      () => undefined,
      (caught: unknown) => caught,
    );
    if (!isRunError(error)) throw new Error(`Not refused as expected: ${String(error)}`);
    expect(error.message).not.toContain("\n");
    return error;
  };

  it.each(["../x", "a/b", "", ".hidden", "x".repeat(129)])(
    "because its id is %j, says so",
    async (simulationId) => {
      expect((await refused({ outputDir: output, simulationId })).code).toBe("RUN_ID_INVALID");
      expect(await readdir(output)).toEqual([]);
    },
  );

  it("because there is one of that id already, leaves that one alone", async () => {
    await runSimulation(counting(), { outputDir: output, simulationId: "one" });
    const before = await readFile(join(output, "one", "run.json"), "utf8");
    expect((await refused({ outputDir: output, simulationId: "one" })).code).toBe("RUN_EXISTS");
    expect(await readFile(join(output, "one", "run.json"), "utf8")).toBe(before);
  });

  it("because its directory cannot be written to, says which", async () => {
    await writeFile(join(output, "file"), "");
    const error = await refused({ outputDir: join(output, "file"), simulationId: "x" });
    expect(error.code).toBe("OUTPUT_UNWRITABLE");
    expect(error.message).toContain(join(output, "file", "x"));
  });
});

it("a run whose sizes do not go together does not begin", async () => {
  const simulation = { ...counting(), events: { queue_size: "1KB", max_event_size: "16MB" } };
  const run = runSimulation(simulation, { outputDir: output, simulationId: "x" });
  await expect(run).rejects.toMatchObject({ name: "RunError", code: "SETUP_FAILED" });
});

describe("checkpoints", () => {
  it("are written every so many turns, whole", async () => {
    const { directory = "" } = await runSimulation(counting({ checkpoint_interval: 2 }), {
      outputDir: output,
    });
    expect((await readdir(join(directory, "checkpoints"))).toSorted()).toEqual([
      "turn_2.json",
      "turn_4.json",
      "turn_6.json",
    ]);
    const checkpoint = await readCheckpoint(join(directory, "checkpoints", "turn_4.json"));
    const end = (await eventsOf(directory)).find(({ event_id }) => event_id === checkpoint.last_event_id);
    expect(end).toMatchObject({ milestone_type: "turn_end", turn_number: 4 });
    expect(checkpoint.format_version).toBe(2);
    expect(checkpoint.memory).toEqual({ ann: expect.any(Number), ben: expect.any(Number) });
  });

  it("have the state's hash at any verbosity", async () => {
    const hashes = await Promise.all(
      (["ACTION", "STATE"] as const).map(async (verbosity) => {
        const { directory = "" } = await runSimulation(counting({ checkpoint_interval: 3 }), {
          outputDir: output,
          verbosity,
        });
        return (await readCheckpoint(join(directory, "checkpoints", "turn_3.json"))).state_hash;
      }),
    );
    expect(hashes[0]).toBe(hashes[1]);
  });

  it("are enough to go on as if nothing had been in between", async () => {
    const whole = await runSimulation(counting({ checkpoint_interval: 3 }), {
      outputDir: output,
      verbosity: "DETAIL",
    });
    const from = await readCheckpoint(join(whole.directory ?? "", "checkpoints", "turn_3.json"));
    const rest = await runSimulation(counting(), { outputDir: output, verbosity: "DETAIL", from });
    expect(rest.turns).toBe(3);
    expect(readManifest(rest.directory ?? "")?.parent).toEqual({
      simulation_id: whole.simulation_id,
      turn: 3,
      event_id: from.last_event_id,
      is_checkpoint: true,
    });
    expect((await verifyRun(rest.directory ?? "")).result).toBe("ok");
    const later = async (directory: string | undefined) =>
      canonicalLog(await eventsOf(directory))
        // What was written before the checkpoint is written by turn 0 here: causes from there have another key.
        .map(({ causes, ...event }) => ({ ...event, causes: causes.filter((key) => /^[4-6]\./.test(key)) }))
        .filter(({ key }) => /^[4-6]\./.test(key));
    expect(await later(rest.directory)).toEqual(await later(whole.directory));
    expect((await later(rest.directory)).length).toBeGreaterThan(20);
  });

  it("that cannot be written leave a warning and let the run go on", async () => {
    const simulationId = "blocked";
    await mkdir(join(output, simulationId));
    await writeFile(join(output, simulationId, "checkpoints"), "in the way");
    const summary = await runSimulation(counting({ checkpoint_interval: 5 }), {
      outputDir: output,
      simulationId,
    });
    expect(summary).toMatchObject({ status: "completed", turns: 6 });
    const warnings = (await eventsOf(summary.directory)).filter(({ event_type }) => event_type === "SYSTEM");
    expect(warnings).toMatchObject([{ status: "warning", error_type: "checkpoint_failed" }]);
  });

  it("of other shapes are refused", async () => {
    const path = join(output, "turn_1.json");
    await writeFile(path, JSON.stringify({ turn: 1 }));
    await expect(readCheckpoint(path)).rejects.toThrow(/turn_1\.json is no checkpoint: simulation_id/);
    await writeFile(path, '{"format_version":3}');
    await expect(readCheckpoint(path)).rejects.toThrow(
      /turn_1\.json is of format version 3, .+: update llm-sim\.$/,
    );
  });
});

describe("a signal", () => {
  const PROGRAM = `
    const { BaseEngine, defineSimulation, runSimulation } = await import(process.argv[2]);
    class Idle extends BaseEngine { actions = {}; }
    const busy = () => { const until = Date.now() + 2; while (Date.now() < until); return { decision_type: "work" }; };
    const simulation = defineSimulation({ name: "long", turns: 100000, engine: Idle, agents: [{ name: "a", agent: busy }] });
    const onTurn = ({ turn }) => turn === 5 && console.log("going");
    const summary = await runSimulation(simulation, { outputDir: process.argv[3], simulationId: "long", onTurn });
    console.log(summary.status, summary.reason.slice(0, 11));`;

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "%s ends the run as interrupted, its log whole",
    async (signal) => {
      const program = join(output, "program.mjs");
      await writeFile(program, PROGRAM);
      const built = createRequire(import.meta.url).resolve("@llm-sim/simulation");
      const child = spawn(process.execPath, [program, pathToFileURL(built).href, output], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let said = "";
      child.stdout.on("data", (chunk: Buffer) => {
        if (said === "") child.kill(signal);
        said += chunk.toString();
      });
      const [code]: unknown[] = await once(child, "exit");
      expect({ code, said }).toEqual({ code: 0, said: "going\ninterrupted Interrupted\n" });
      const directory = join(output, "long");
      expect(readManifest(directory)?.status).toBe("interrupted");
      expect((await verifyRun(directory)).result).toBe("ok");
    },
  );
});
