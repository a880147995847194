import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { openEventStream } from "@llm-sim/events";
import { openLake } from "@llm-sim/lake";
import { beforeAll, describe, expect, it } from "vitest";
import { root } from "../install.mjs";
import { startGate } from "./gate.mjs";
import { isThere, useLake } from "./lake.test.fixture.ts";
import { runExample } from "./made-runs.mjs";

// `llm-sim ship` and `llm-sim run --ship-to` as a person starts them.
const PASSWORD = "secret-of-the-lake-7f3a";
const CLI = join(root, "packages/cli/bin/llm-sim.js");
const MARKET = join(root, "examples/market/simulation.yaml");

const { home, address: newAddress } = useLake("processes", { password: PASSWORD });

interface Ended {
  code: number | null;
  stdout: string;
  /** Its lines. */
  told: string[];
  /** Command lines in which the password stood, as every process of the machine may read them. */
  shown: string[];
}

function llmSim(
  args: readonly string[],
  password = PASSWORD,
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: home,
    env: { ...process.env, CLICKHOUSE_PASSWORD: password, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let isOver = false;
  const looking = watched(() => isOver);
  const ended = (async () => {
    const [stdout, stderr, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((resolve) => child.once("exit", resolve)),
    ]);
    isOver = true;
    return { code, stdout, told: stderr.split("\n").filter((line) => line !== ""), shown: await looking };
  })();
  return { child, ended };
}

async function watched(isOver: () => boolean): Promise<string[]> {
  const shown: string[] = [];
  while (!isOver()) {
    for (const pid of process.platform === "linux" ? readdirSync("/proc") : []) {
      const line = /^\d+$/.test(pid) ? commandLine(pid) : "";
      if (line.includes(PASSWORD)) shown.push(line);
    }
    await pause(20);
  }
  return shown;
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

/** Kills the processes that ship beside a run, one after the other. */
async function killShipping({ pid }: ChildProcess, times: number): Promise<void> {
  const killed = new Set<string>();
  while (killed.size < times) {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    for (const child of children)
      if (!killed.has(child) && commandLine(child).includes("ship-process")) {
        // It has begun to work by then.
        await pause(700);
        process.kill(Number(child), "SIGKILL");
        killed.add(child);
      }
    await pause(20);
  }
}

/** A lake behind a gate. */
async function gated() {
  const address = new URL(newAddress());
  const gate = await startGate(Number(address.port));
  address.port = String(gate.port);
  return { address: address.href, gate, lake: openLake(address.href, { password: PASSWORD }) };
}

function keepsSecret({ stdout, told, shown }: Ended): void {
  expect([stdout, ...told].join("\n")).not.toContain(PASSWORD);
  expect(shown).toEqual([]);
}

const AWAY = /^.*does not answer .*It is tried again; the log keeps what is to be shipped\.$/;

describe("llm-sim ship", () => {
  let whole: string;
  beforeAll(() => {
    whole = runExample(home, "market", "whole", ["--verbosity", "DETAIL", "--turns", "20"]);
  });

  it("waits for a database that is away at the beginning, and says so in one line", async () => {
    const { address, gate, lake } = await gated();
    const { ended } = llmSim(["ship", whole, "--to", address]);
    await pause(3000);
    await gate.open();
    const told = await ended;
    expect(told.told).toEqual([expect.stringMatching(AWAY)]);
    expect(told.code).toBe(0);
    keepsSecret(told);
    await isThere(lake, whole, home);
    await lake.close();
    await gate.shut();
  });

  it("ends in one line where it stays away", async () => {
    const { address, lake } = await gated();
    const told = await llmSim(["ship", whole, "--to", address]).ended;
    expect(told.code).toBe(1);
    expect(told.told).toHaveLength(2);
    expect(told.told[1]).toMatch(/does not answer/);
    keepsSecret(told);
    await lake.close();
  }, 60_000);

  it("says within seconds that a database takes what it is asked and never answers, and ends", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const at = silent.address();
    const port = typeof at === "object" && at !== null ? at.port : 0;
    const begun = performance.now();
    const told = await llmSim(["ship", whole, "--to", `clickhouse://default@127.0.0.1:${port}/db`]).ended;
    expect(performance.now() - begun).toBeLessThan(25_000);
    expect(told.code).toBe(1);
    expect(told.told).toEqual([
      expect.stringMatching(/says nothing for 6 s.*It is tried again/),
      expect.stringMatching(/says nothing for 6 s/),
    ]);
    keepsSecret(told);
    silent.close();
  }, 60_000);

  it("ships many runs, says what became of them, and that nothing changed, in a line each", async () => {
    const { address, gate, lake } = await gated();
    await gate.open();
    const output = join(home, "batch");
    const config = ["run", MARKET, "--output", output, "--turns", "3", "--seeds", "1..24", "--quiet"];
    expect((await llmSim(config).ended).code).toBe(0);
    const runs = readdirSync(output)
      .filter((name) => existsSync(join(output, name, "run.json")))
      .map((name) => join(output, name));
    const first = await llmSim(["ship", ...runs, "--to", address]).ended;
    expect(first).toMatchObject({ code: 0, told: [] });
    expect(first.stdout).toMatch(/^24 runs shipped: [\d,]+ events, [\d.]+ [KM]B(, [\d,]+\/s)?\n$/);
    const again = await llmSim(["ship", ...runs, "--to", address]).ended;
    expect(again).toMatchObject({ code: 0, told: [], stdout: "24 runs unchanged\n" });
    const lines = (await llmSim(["ship", ...runs, "--to", address, "--json"]).ended).stdout
      .trim()
      .split("\n");
    expect(lines.map((line) => JSON.parse(line).events)).toEqual(runs.map(() => 0));
    const [damaged = ""] = runs;
    const log = join(damaged, "events.jsonl");
    writeFileSync(log, readFileSync(log, "utf8").split("\n").slice(4).join("\n"));
    const told = await llmSim(["ship", ...runs, "--to", address]).ended;
    expect(told).toMatchObject({ code: 1, stdout: "23 runs unchanged; 1 run not shipped\n" });
    expect(told.told).toEqual([expect.stringMatching(/^error: .*holds another run of the id/)]);
    await lake.close();
    await gate.shut();
  }, 60_000);

  it("refuses a password in the address, and tells none of a wrong one", async () => {
    const [wrong, inAddress] = await Promise.all([
      llmSim(["ship", whole, "--to", newAddress()], `not-${PASSWORD}`).ended,
      llmSim(["ship", whole, "--to", "clickhouse://ann:pass-in-address@localhost:8123/db"]).ended,
    ]);
    expect(wrong.code).toBe(1);
    expect(wrong.told).toEqual([expect.stringMatching(/CLICKHOUSE_PASSWORD/)]);
    keepsSecret(wrong);
    expect(inAddress.code).toBe(2);
    expect(inAddress.told).toEqual([expect.stringMatching(/set CLICKHOUSE_PASSWORD/)]);
    expect(inAddress.told.join()).not.toContain("pass-in-address");
  });

  it("follows a run over a database that goes away in the middle and comes back", async () => {
    const { address, gate, lake } = await gated();
    await gate.open();
    const stream = await openEventStream({ outputDir: home, simulationId: "followed", signals: false });
    await stream.flush();
    const { ended } = llmSim(["ship", join(home, "followed"), "--to", address, "--follow"]);
    const write = async (from: number, to: number) => {
      for (let turn = from; turn < to; turn++) {
        stream.turn(turn, (scope) => {
          for (let each = 0; each < 20; each++) scope.action("alice", "trade", { amount: each });
        });
        await pause(20);
      }
    };
    await write(1, 50);
    const rows = () => lake.select("SELECT count() AS rows FROM events").catch(() => [{ rows: 0 }]);
    await expect.poll(async () => (await rows())[0]?.rows, { timeout: 20_000 }).toBeGreaterThan(100);
    await gate.shut();
    await write(50, 100);
    await gate.open();
    await write(100, 120);
    await stream.close();
    const told = await ended;
    expect(told.told).toEqual([expect.stringMatching(AWAY)]);
    expect(told.code).toBe(0);
    await isThere(lake, join(home, "followed"), home);
    await lake.close();
    await gate.shut();
  });

  it("goes on where it was killed, while two others ship the same", async () => {
    const { address, gate, lake } = await gated();
    await gate.open();
    const large = runExample(home, "market", "large", ["--verbosity", "DETAIL", "--turns", "400"]);
    const killed = (async () => {
      for (const after of [900, 1300]) {
        const { child, ended } = llmSim(["ship", large, "--to", address]);
        await pause(after);
        child.kill("SIGKILL");
        await ended;
      }
      return llmSim(["ship", large, "--to", address]).ended;
    })();
    const others = [0, 1].map(() => llmSim(["ship", large, "--to", address]).ended);
    for (const told of await Promise.all([killed, ...others]))
      expect(told).toMatchObject({ code: 0, told: [] });
    await isThere(lake, large, home);
    await lake.close();
    await gate.shut();
  });
});

describe("llm-sim run --ship-to", () => {
  const run = (id: string, more: readonly string[], config = MARKET) =>
    llmSim(["run", config, "--output", home, "--id", id, "--turns", "30", "--json", ...more]);

  it("has the run in the lake when it ends", async () => {
    const { address, gate, lake } = await gated();
    await gate.open();
    const told = await run("beside", ["--ship-to", address]).ended;
    expect(told).toMatchObject({ code: 0, told: [] });
    keepsSecret(told);
    await isThere(lake, join(home, "beside"), home);
    await lake.close();
    await gate.shut();
  });

  it("makes the same run where the database is away, says what is left, and ship makes up for it", async () => {
    const { address, gate, lake } = await gated();
    const plain = await run("plain", []).ended;
    const told = await run("left", ["--ship-to", address]).ended;
    expect(told.code).toBe(plain.code);
    expect(told.told).toHaveLength(2);
    expect(told.told[0]).toMatch(/does not answer/);
    expect(told.told[1]).toContain(`llm-sim ship ${join(home, "left")} --to ${address} goes on with it`);
    keepsSecret(told);
    const durations = [plain, told].map(({ stdout }) => JSON.parse(stdout));
    console.log("the run alone, and beside a lake that is away:", JSON.stringify(durations).slice(0, 400));
    await gate.open();
    expect(await llmSim(["ship", join(home, "left"), "--to", address]).ended).toMatchObject({
      code: 0,
      told: [],
    });
    await isThere(lake, join(home, "left"), home);
    await lake.close();
    await gate.shut();
  }, 60_000);

  it.skipIf(process.platform !== "linux")(
    "goes on where the process that ships is killed, says so, and has the run in the lake when it ends",
    async () => {
      const { address, gate, lake } = await gated();
      await gate.open();
      const { child, ended } = run("killed-once", ["--ship-to", address, "--turns", "3000"]);
      await killShipping(child, 1);
      const told = await ended;
      expect(told.code).toBe(0);
      expect(told.told).toEqual([
        expect.stringMatching(/ships ended in the middle \(SIGKILL\); another one goes on/),
      ]);
      expect(JSON.parse(told.stdout)).toMatchObject({ status: "completed", turns: 3000 });
      await isThere(lake, join(home, "killed-once"), home);
      await lake.close();
      await gate.shut();
    },
    60_000,
  );

  it.skipIf(process.platform !== "linux")(
    "goes on where it is killed whenever it is there, says what is left, and ship makes up for it",
    async () => {
      const { address, gate, lake } = await gated();
      await gate.open();
      const { child, ended } = run("killed-always", ["--ship-to", address, "--turns", "3000", "--quiet"]);
      await killShipping(child, 4);
      const told = await ended;
      expect(told.code).toBe(0);
      expect(told.told).toEqual([
        expect.stringContaining(
          `llm-sim ship ${join(home, "killed-always")} --to ${address} goes on with it`,
        ),
      ]);
      expect(JSON.parse(told.stdout)).toMatchObject({ status: "completed", turns: 3000 });
      const made = await llmSim(["ship", join(home, "killed-always"), "--to", address]).ended;
      expect(made).toMatchObject({ code: 0, told: [] });
      await isThere(lake, join(home, "killed-always"), home);
      await lake.close();
      await gate.shut();
    },
    60_000,
  );

  it("makes up for a database that is away at first", async () => {
    const { address, gate, lake } = await gated();
    const { ended } = run("late", ["--ship-to", address]);
    await pause(2500);
    await gate.open();
    const told = await ended;
    expect(told.code).toBe(0);
    expect(told.told).toEqual([expect.stringMatching(/does not answer/)]);
    await isThere(lake, join(home, "late"), home);
    await lake.close();
    await gate.shut();
  }, 60_000);

  it("ends as the run does: interrupted, what was recorded is there", async () => {
    const { address, gate, lake } = await gated();
    await gate.open();
    const { child, ended } = llmSim([
      "run",
      MARKET,
      "--output",
      home,
      "--id",
      "interrupted",
      "--turns",
      "200000",
      "--quiet",
      "--ship-to",
      address,
    ]);
    await pause(4000);
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
    await isThere(lake, join(home, "interrupted"), home);
    await lake.close();
    await gate.shut();
  }, 90_000);

  it("ships the runs of each shard, which go on at once", async () => {
    const { address, gate, lake } = await gated();
    await gate.open();
    const output = join(home, "shards");
    const shards = await Promise.all(
      ["1/2", "2/2"].map(
        (shard) =>
          llmSim([
            "run",
            MARKET,
            "--output",
            output,
            "--turns",
            "5",
            "--seeds",
            "1..6",
            "--jobs",
            "1",
            "--quiet",
            "--shard",
            shard,
            "--ship-to",
            address,
          ]).ended,
      ),
    );
    for (const told of shards) {
      expect(told.code).toBe(0);
      keepsSecret(told);
    }
    const runs = readdirSync(output, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && readdirSync(join(output, entry.name)).includes("run.json"))
      .map(({ name }) => name);
    expect(runs).toHaveLength(6);
    for (const each of runs) await isThere(lake, join(output, each), home);
    await lake.close();
    await gate.shut();
  }, 90_000);
});
