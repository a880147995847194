import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { VERBOSITY_LEVELS } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import { replayRun } from "../index.ts";
import { outputOfTest, pond, record } from "./again.test.fixture.ts";

const output = outputOfTest();

describe("a run that is repeatable", () => {
  it.each(VERBOSITY_LEVELS)("is the same at %s, whoever decides first", async (verbosity) => {
    const simulation = pond();
    const directory = await record(simulation, output.directory, { verbosity });
    const report = await replayRun(directory, { simulation });
    expect(report.parting).toBeUndefined();
    expect(report).toMatchObject({ simulation_id: "recorded", same: true, changes: [] });
    expect(report.recalled.turns).toBe(4);
    expect(report.recalled.hashes).toBe(verbosity === "STATE" || verbosity === "DETAIL" ? 4 : 0);
    expect(report.until).toBeUndefined();
  });

  it("is the same over many segments, compressed ones too", async () => {
    const simulation = pond({}, { turns: 60, events: { max_file_size: "16KB", compress: "gzip" } });
    const directory = await record(simulation, output.directory, { verbosity: "DETAIL" });
    const report = await replayRun(directory, { simulation });
    expect(report).toMatchObject({ same: true, recalled: { turns: 60, hashes: 60 } });
  });

  it("leaves the run as it is", async () => {
    const simulation = pond({}, { checkpoint_interval: 2 });
    const directory = await record(simulation, output.directory, { verbosity: "DETAIL" });
    const files = ["events.jsonl", "run.json", "summary.json", "checkpoints/turn_2.json"];
    const before = await Promise.all(files.map((file) => readFile(join(directory, file), "utf8")));
    await replayRun(directory, { simulation });
    const after = await Promise.all(files.map((file) => readFile(join(directory, file), "utf8")));
    expect(after).toEqual(before);
  });

  it("ends as it did by its condition", async () => {
    const simulation = pond();
    const directory = await record(simulation, output.directory, { breakWhen: "turn > 2 and fish < 1000" });
    const report = await replayRun(directory, { simulation });
    expect(report).toMatchObject({ same: true, recalled: { turns: 3 } });
  });

  it("lets no clock decide whose time was up", async () => {
    let isSlow = true;
    const simulation = pond(
      {},
      {
        decide_timeout: "50ms",
        decide: async (_, context) => {
          const { agent_id, turn } = context;
          context.detail("begun", {});
          if (isSlow && agent_id === "ann" && turn === 2) await wait(200);
          return { decision_type: "rest" };
        },
      },
    );
    const directory = await record(simulation, output.directory, { verbosity: "DETAIL" });
    expect(await readFile(join(directory, "events.jsonl"), "utf8")).toContain("decide_timeout");
    isSlow = false;
    expect(await replayRun(directory, { simulation })).toMatchObject({ same: true, recalled: { turns: 4 } });
  });
});

describe("a run that is not repeatable", () => {
  const chance = () => Math.random();
  let count = 0;
  let votes = 0;

  it.each([
    ["an agent that draws", { agent: chance }, "agent", "bob"],
    ["an agent that counts its runs", { agent: () => count++ }, "agent", "bob"],
    ["an effect that draws", { effect: chance }, "effect", "take"],
    ["a rule that looks at a clock", { rule: () => performance.now() }, "rule", "growth"],
    ["a hook that draws", { hook: chance }, "hook", "afterActions"],
    ["a validator that votes anew", { validator: () => votes++ % 5 === 0 }, "validator", undefined],
  ] as const)("names %s", async (_, whims, part, name) => {
    const simulation = pond(whims);
    const directory = await record(simulation, output.directory, { verbosity: "DETAIL" });
    const { same, parting } = await replayRun(directory, { simulation });
    expect(same).toBe(false);
    expect(parting).toMatchObject({ turn: 2, kind: "not_repeatable", suspect: { part } });
    expect(parting?.suspect.name).toBe(name);
  });

  it("names a rule whose order is another each time", async () => {
    let calls = 0;
    const names = ["ann", "bob", "cara"];
    const order = () => {
      calls++;
      return names.map((_, place) => names[(place + calls) % 3] ?? "");
    };
    const simulation = pond({ order });
    const directory = await record(simulation, output.directory, { verbosity: "STATE" });
    const { parting } = await replayRun(directory, { simulation });
    expect(parting).toMatchObject({
      turn: 1,
      kind: "not_repeatable",
      suspect: { part: "rule", name: "pay" },
    });
  });

  it("tells from it what rests on something outside, which is the same each time now", async () => {
    let outside = 1;
    const simulation = pond({ rule: () => outside });
    const directory = await record(simulation, output.directory, { verbosity: "DETAIL" });
    outside = 2;
    const { parting } = await replayRun(directory, { simulation });
    expect(parting).toMatchObject({ turn: 2, kind: "outside", suspect: { part: "rule", name: "growth" } });
    expect(parting?.difference?.fields).toContainEqual({ path: "/new_value", left: 1, right: 2 });
  });
});

describe("a run that is not whole", () => {
  async function cutOff(directory: string, keep: (line: string) => boolean, torn = ""): Promise<void> {
    const file = join(directory, "events.jsonl");
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
    const end = lines.findIndex((line) => !keep(line));
    await writeFile(file, `${lines.slice(0, end).join("\n")}\n${torn}`);
    const manifest = join(directory, "run.json");
    await writeFile(manifest, (await readFile(manifest, "utf8")).replace('"completed"', '"running"'));
  }

  it("is played as far as it is whole, and says so", async () => {
    const simulation = pond();
    const directory = await record(simulation, output.directory, { verbosity: "DETAIL" });
    await cutOff(
      directory,
      (line) => !(line.includes('"turn_number":3,') && line.includes('"DECISION"')),
      '{"event_id":"01',
    );
    const report = await replayRun(directory, { simulation });
    expect(report).toMatchObject({ same: true, recalled: { turns: 2 }, until: { turn: 3 } });
    expect(report.until?.reason).toMatch(/cut off/);
  });

  it("is played up to where events were dropped, as its log says", async () => {
    const simulation = pond();
    const directory = await record(simulation, output.directory, { verbosity: "DETAIL" });
    const file = join(directory, "events.jsonl");
    const lines = (await readFile(file, "utf8")).split("\n");
    const at = lines.findIndex((line) => line.includes('"turn_number":3,') && line.includes('"DECISION"'));
    const { event_id, timestamp, simulation_id, caused_by } = JSON.parse(lines[at] ?? "");
    const warning = { status: "warning", error_type: "events_dropped", description: "1 event dropped" };
    lines[at] = JSON.stringify({
      event_id,
      timestamp,
      turn_number: 3,
      event_type: "SYSTEM",
      simulation_id,
      caused_by,
      ...warning,
    });
    await writeFile(file, lines.join("\n"));
    const report = await replayRun(directory, { simulation });
    expect(report).toMatchObject({ same: true, recalled: { turns: 2 }, until: { turn: 3 } });
    expect(report.until?.reason).toBe("turn 3 is not whole: events were dropped, as the log says");
  });

  it("is played to its last whole turn where it was interrupted, or failed", async () => {
    const controller = new AbortController();
    const interrupted = pond();
    const directory = await record(interrupted, output.directory, {
      verbosity: "DETAIL",
      signal: controller.signal,
      onTurn: ({ turn }) => {
        if (turn === 3) controller.abort();
      },
    });
    const report = await replayRun(directory, { simulation: interrupted });
    expect(report).toMatchObject({ same: true, recalled: { turns: 3 }, until: { turn: 4 } });
    expect(report.until?.reason).toMatch(/interrupted/);
  });
});
