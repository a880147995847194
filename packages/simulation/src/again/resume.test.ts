import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readEvents, verifyRun } from "@llm-sim/events/read";
import { readManifest } from "@llm-sim/events/run";
import { type Event, VERBOSITY_LEVELS } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import { canonicalLog, readCheckpoint, replayRun, resumeRun, type Simulation } from "../index.ts";
import { outputOfTest, pond, record } from "./again.test.fixture.ts";

const output = outputOfTest();

async function eventsOf(directory: string): Promise<Event[]> {
  const events: Event[] = [];
  for await (const { event } of readEvents(directory)) events.push(event);
  return events;
}

/** As it would have been without the cut. */
async function canonicalOf(directory: string) {
  const events = await eventsOf(directory);
  return canonicalLog(
    events.filter((event) => event.event_type !== "SYSTEM" || event.error_type !== "resumed"),
  );
}

/** A copy of a run as a `kill -9` leaves it behind this share of its last segment. */
async function killed(directory: string, share: number): Promise<string> {
  const copy = join(dirname(directory), "killed", "recorded");
  await mkdir(join(copy, "checkpoints"), { recursive: true });
  for (const file of await readdir(directory, { withFileTypes: true })) {
    if (file.isFile() && file.name !== "summary.json")
      await copyFile(join(directory, file.name), join(copy, file.name));
  }
  for (const name of await readdir(join(directory, "checkpoints")).catch(() => []))
    await copyFile(join(directory, "checkpoints", name), join(copy, "checkpoints", name));
  await cutOff(copy, share);
  return copy;
}

async function cutOff(copy: string, share: number): Promise<void> {
  const active = join(copy, "events.jsonl");
  const bytes = await readFile(active);
  await writeFile(active, bytes.subarray(0, Math.floor(bytes.length * share)));
  const manifest: object = JSON.parse(await readFile(join(copy, "run.json"), "utf8"));
  await writeFile(
    join(copy, "run.json"),
    JSON.stringify({ ...manifest, status: "running", ended_by: undefined, end_time: undefined }),
  );
}

async function expectSame(whole: string, resumed: string, simulation: Simulation): Promise<void> {
  expect(await canonicalOf(resumed)).toEqual(await canonicalOf(whole));
  const report = await verifyRun(resumed);
  expect({ result: report.result, violations: report.violations }).toEqual({ result: "ok", violations: [] });
  expect((await replayRun(resumed, { simulation })).parting).toBeUndefined();
}

describe("a run that was killed", () => {
  it.each(VERBOSITY_LEVELS)("goes on to the same canonical log at %s", async (verbosity) => {
    const simulation = pond({}, { turns: 6 });
    const whole = await record(simulation, output.directory, { verbosity });
    const directory = await killed(whole, 0.6);
    const result = await resumeRun(directory, { simulation });
    expect(result).toMatchObject({ status: "completed", ended_by: "turns", simulation_id: "recorded" });
    await expectSame(whole, directory, simulation);
    const counts = readManifest(directory)?.counts;
    expect(counts?.emitted).toBe((readManifest(whole)?.counts.emitted ?? 0) + 1);
    expect(counts?.written).toBe((await eventsOf(directory)).length);
  });

  it("sets aside what stood behind its last whole turn, and says so in the log", async () => {
    const simulation = pond({}, { turns: 6 });
    const whole = await record(simulation, output.directory, { verbosity: "DETAIL" });
    const directory = await killed(whole, 0.6);
    const before = await readFile(join(directory, "events.jsonl"), "utf8");
    const { resumed } = await resumeRun(directory, { simulation });
    expect(resumed.set_aside).toBe("cut-1.jsonl");
    const cut = await readFile(join(directory, "cut-1.jsonl"), "utf8");
    expect(before.endsWith(cut)).toBe(true);
    const kept = before.slice(0, -cut.length);
    expect((await readFile(join(directory, "events.jsonl"), "utf8")).startsWith(kept)).toBe(true);
    const [warning] = (await eventsOf(directory)).filter(
      (event) => event.event_type === "SYSTEM" && event.error_type === "resumed",
    );
    expect(warning).toMatchObject({
      status: "warning",
      turn_number: resumed.after_turn,
      details: { after_turn: resumed.after_turn, set_aside: "cut-1.jsonl" },
    });
  });

  it.each(["none", "gzip"] as const)("goes on over segments, closed ones with %s", async (compress) => {
    const simulation = pond({}, { turns: 60, events: { max_file_size: "16KB", compress } });
    const whole = await record(simulation, output.directory, { verbosity: "DETAIL" });
    const directory = await killed(whole, 0);
    // The active segment is gone, and with it the last turn's end: the cut lies in a closed one.
    const { resumed } = await resumeRun(directory, { simulation });
    expect(resumed.after_turn).toBeGreaterThan(50);
    await expectSame(whole, directory, simulation);
  });

  it("goes on again when it was killed once more", async () => {
    const simulation = pond({}, { turns: 8 });
    const whole = await record(simulation, output.directory, { verbosity: "DETAIL" });
    const once = await killed(whole, 0.4);
    await resumeRun(once, { simulation });
    await cutOff(once, 0.8);
    await resumeRun(once, { simulation });
    await expectSame(whole, once, simulation);
    expect(await readdir(once)).toEqual(expect.arrayContaining(["cut-1.jsonl", "cut-2.jsonl"]));
  });

  it("writes its checkpoints and its summary anew", async () => {
    const simulation = pond({}, { turns: 8, checkpoint_interval: 2 });
    const whole = await record(simulation, output.directory, { verbosity: "DETAIL" });
    const directory = await killed(whole, 0.5);
    await resumeRun(directory, { simulation });
    const [then, now] = await Promise.all(
      [whole, directory].map((run) => readCheckpoint(join(run, "checkpoints", "turn_8.json"))),
    );
    expect(now?.state).toEqual(then?.state);
    expect(await readFile(join(directory, "summary.json"), "utf8")).toBe(
      await readFile(join(whole, "summary.json"), "utf8"),
    );
    expect(await readdir(join(directory, "checkpoints"))).toContain("cut-1-turn_8.json");
  });
});

describe("a run that was interrupted", () => {
  it("goes on where it was, and ends once", async () => {
    const simulation = pond({}, { turns: 6 });
    const whole = await record(simulation, output.directory, { verbosity: "DETAIL" });
    const controller = new AbortController();
    const directory = await record(simulation, join(output.directory, "other"), {
      verbosity: "DETAIL",
      signal: controller.signal,
      onTurn: ({ turn }) => {
        if (turn === 3) controller.abort();
      },
    });
    expect(readManifest(directory)?.status).toBe("interrupted");
    const { resumed } = await resumeRun(directory, { simulation });
    expect(resumed.after_turn).toBe(3);
    expect(readManifest(directory)).toMatchObject({ status: "completed", ended_by: "turns" });
    await expectSame(whole, directory, simulation);
  });
});

describe("a run that failed", () => {
  it("tries the turn again in which it failed", async () => {
    let isBroken = true;
    const rule = () => {
      if (isBroken) throw new Error("no room");
      return 1;
    };
    const simulation = pond({ rule }, { turns: 5 });
    const failing = record(simulation, output.directory, { verbosity: "DETAIL" });
    await expect(failing).rejects.toThrow(/no room/);
    const directory = join(output.directory, "recorded");
    const report = await replayRun(directory, { simulation });
    expect(report).toMatchObject({ same: true, until: { turn: 2, reason: "the run failed in turn 2" } });
    isBroken = false;
    const whole = await record(simulation, join(output.directory, "other"), { verbosity: "DETAIL" });
    const { resumed } = await resumeRun(directory, { simulation });
    expect(resumed.after_turn).toBe(1);
    await expectSame(whole, directory, simulation);
  });
});

describe("what cannot be resumed is left as it is", () => {
  it("as a run that has come to its end, but for more turns", async () => {
    const simulation = pond({}, { turns: 4 });
    const directory = await record(simulation, output.directory, { verbosity: "DETAIL" });
    await expect(resumeRun(directory, { simulation })).rejects.toThrow(/come to its end.*--turns N/);
    const longer = pond({}, { turns: 7 });
    await resumeRun(directory, { simulation: longer, turns: 7 });
    const whole = await record(longer, join(output.directory, "other"), { verbosity: "DETAIL" });
    const [, ...then] = await canonicalOf(whole);
    const [start, ...now] = await canonicalOf(directory);
    expect(now).toEqual(then);
    expect(start).toMatchObject({ details: { turns: 4 } });
    expect((await replayRun(directory, { simulation: longer })).same).toBe(true);
  });

  it("as one that does not come out as it did", async () => {
    let outside = 1;
    const simulation = pond({ rule: () => outside }, { turns: 6 });
    const whole = await record(simulation, output.directory, { verbosity: "DETAIL" });
    const directory = await killed(whole, 0.7);
    outside = 2;
    const before = await readFile(join(directory, "events.jsonl"));
    await expect(resumeRun(directory, { simulation })).rejects.toThrow(
      /in turn 2 its log has "mood: 0 → 1", and now it is "mood: 0 → 2"; nothing was changed/,
    );
    expect(await readFile(join(directory, "events.jsonl"))).toEqual(before);
    expect((await readdir(directory)).filter((name) => /cut|lock/.test(name))).toEqual([]);
  });

  it("as one that is being written", async () => {
    const simulation = pond({}, { turns: 3 });
    let refused: Promise<unknown> | undefined;
    await record(simulation, output.directory, {
      onTurn: ({ turn }) => {
        if (turn !== 2) return;
        refused = resumeRun(join(output.directory, "recorded"), { simulation });
        refused.catch(() => {});
      },
    });
    await expect(refused).rejects.toMatchObject({ code: "RUN_LOCKED" });
  });

  it("as one whose set-up is not whole", async () => {
    const simulation = pond({}, { turns: 6 });
    const whole = await record(simulation, output.directory, { verbosity: "DETAIL" });
    const directory = await killed(whole, 0.01);
    await expect(resumeRun(directory, { simulation })).rejects.toThrow(/begin it anew/);
  });
});
