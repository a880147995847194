import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  here,
  isAlive,
  isBeingWritten,
  type LockHolder,
  lockState,
  type RunManifest,
  readLock,
  readManifest,
  runManifestSchema,
  thisProcess,
} from "./index.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "llm-sim-run-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const manifest: RunManifest = {
  simulation_id: "market-7",
  status: "completed",
  verbosity: "STATE",
  start_time: "2026-11-23T07:15:00.000000Z",
  end_time: "2026-11-23T07:16:00.000000Z",
  counts: { emitted: 5, written: 3, dropped: 1, suppressed: 1, pending: 0 },
  segments: [
    {
      file: "events_2026-11-23_07-15-30-000000.jsonl",
      events: 2,
      bytes: 500,
      first_event_id: "01KATN0000ABCDEFGHJKMN0001",
      last_event_id: "01KATN0000ABCDEFGHJKMN0002",
    },
  ],
  name: "market",
  seed: 7,
  parent: { simulation_id: "market-6", turn: 3, event_id: "01KATN0000ABCDEFGHJKMN0001" },
};

describe("run.json", () => {
  it("is read, with what it says beyond what is known", () => {
    const text = { ...manifest, later: { field: 1 } };
    writeFileSync(join(directory, "run.json"), JSON.stringify(text));
    expect(readManifest(directory)).toEqual(text);
  });

  it.each([
    ["missing", undefined],
    ["empty", ""],
    ["half", '{"simulation_id":"mar'],
    ["of another tool", '{"id":1}'],
    ["a list", "[]"],
  ])("that is %s is none", (_, text) => {
    if (text !== undefined) writeFileSync(join(directory, "run.json"), text);
    expect(readManifest(directory)).toBeUndefined();
  });

  it.each([
    ["status", "paused"],
    ["verbosity", "ALL"],
    ["start_time", "2026-11-23T07:15:00Z"],
    ["simulation_id", "../x"],
    ["counts", { emitted: 1 }],
    ["segments", [{ file: 1 }]],
    ["seed", 1.5],
  ])("with a wrong %s is none", (field, value) => {
    expect(runManifestSchema.safeParse({ ...manifest, [field]: value }).success).toBe(false);
  });
});

describe("writer.lock", () => {
  const leave = (text: string) => writeFileSync(join(directory, "writer.lock"), text);

  it("says whose it is", () => {
    leave(JSON.stringify(thisProcess()));
    expect(readLock(directory)).toEqual(thisProcess());
    expect(isBeingWritten(directory)).toBe(true);
  });

  it("that is missing, or says nothing usable, is nobody's", () => {
    expect(readLock(directory)).toBeUndefined();
    expect(isBeingWritten(directory)).toBe(false);
    for (const text of ["", "{", '{"pid":-1}', "null"]) {
      leave(text);
      expect(readLock(directory)).toBe("unreadable");
      expect(isBeingWritten(directory)).toBe(false);
    }
  });

  it("of a process that has ended is nobody's any more", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    expect(isAlive({ host: hostname(), pid, process_start: "unknown" })).toBe(false);
  });

  it("of a process that only has the same pid is nobody's any more", () => {
    if (process.platform !== "linux") return; // elsewhere nothing tells when a process began
    expect(isAlive({ ...thisProcess(), process_start: "1" })).toBe(false);
    expect(isAlive({ ...thisProcess(), process_start: "unknown" })).toBe(true);
  });

  it("of a process of somebody else's on this host is held", () => {
    expect(isAlive({ host: hostname(), pid: 1, process_start: "unknown" })).toBe(true);
  });

  /** As if this process had left it `age` milliseconds ago, but for what is said otherwise. */
  const stateAfter = (age: number, otherwise: Partial<LockHolder>) => {
    leave(JSON.stringify({ ...thisProcess(), ...otherwise }));
    const then = new Date(Date.now() - age);
    utimesSync(join(directory, "writer.lock"), then, then);
    return lockState(directory).state;
  };
  const dead = () => spawnSync(process.execPath, ["-e", ""]).pid;
  const elsewhere: [string, Partial<LockHolder>][] = [
    ["on another host", { host: "elsewhere" }],
    ["under an earlier name of this host", { host: `${hostname()}.local` }],
    ["of an earlier boot", { boot_id: "00000000-0000-0000-0000-000000000000" }],
    ["in a container", { pid_namespace: "pid:[1]" }],
    ["on another host, of version 1", { host: "elsewhere", version: undefined, process_start: "1" }],
  ];

  it.each(elsewhere)("%s: its heartbeat decides, whatever its pid is here", (_, otherwise) => {
    if (process.platform !== "linux") return; // elsewhere there is neither boot id nor namespace
    for (const pid of [process.pid, dead()]) {
      expect(stateAfter(1_000, { ...otherwise, pid })).toBe("alive");
      expect(stateAfter(59_000, { ...otherwise, pid })).toBe("alive");
      expect(stateAfter(61_000, { ...otherwise, pid })).toBe("silent");
    }
  });

  it("on this host, in this boot: pid and process start decide, whatever the heartbeat", () => {
    if (process.platform !== "linux") return;
    expect(stateAfter(3_600_000, {})).toBe("alive");
    expect(stateAfter(0, { pid: dead() })).toBe("dead");
    expect(stateAfter(0, { process_start: "1" })).toBe("dead");
  });

  it("whose process start nobody knows: a pid that is in use goes by its heartbeat, as it may be another's", () => {
    expect(stateAfter(0, { process_start: "unknown" })).toBe("alive");
    expect(stateAfter(61_000, { process_start: "unknown" })).toBe("silent");
    expect(stateAfter(61_000, { process_start: "unknown", version: undefined })).toBe("alive");
    expect(stateAfter(0, { process_start: "unknown", pid: dead() })).toBe("dead");
  });

  it("is told from elsewhere by the place that looks", () => {
    leave(JSON.stringify(thisProcess()));
    const from = { ...here(), host: "elsewhere" };
    expect(lockState(directory, { from }).state).toBe("alive");
    expect(lockState(directory, { from, now: Date.now() + 61_000 }).state).toBe("silent");
  });
});
