import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { thisProcess } from "../run/index.ts";
import { type Disk, isWriteError, nodeDisk, RunLock } from "./index.ts";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "llm-sim-lock-"));
  path = join(directory, "writer.lock");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const deadPid = () => spawnSync(process.execPath, ["-e", ""]).pid;
const leaveDeadLock = () =>
  writeFileSync(path, JSON.stringify({ host: hostname(), pid: deadPid(), process_start: "1" }));

/** The error code and the holder's pid where the lock is refused. */
function attempt(disk: Disk = nodeDisk): RunLock | { code: string; pid: number | undefined } {
  try {
    return RunLock.acquire(disk, directory);
  } catch (error) {
    if (!isWriteError(error)) throw error;
    return { code: error.code, pid: error.holder?.pid };
  }
}

describe("the lock of a run", () => {
  it("names host, pid and process start, and is gone once it is released", () => {
    const lock = RunLock.acquire(nodeDisk, directory);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(thisProcess());
    lock.release();
    expect(existsSync(path)).toBe(false);
  });

  it("may be released twice, and then takes away nobody else's", () => {
    const lock = RunLock.acquire(nodeDisk, directory);
    lock.release();
    const other = RunLock.acquire(nodeDisk, directory);
    lock.release();
    expect(existsSync(path)).toBe(true);
    other.release();
  });

  it("refuses a second writer, naming the holder's host and pid", () => {
    RunLock.acquire(nodeDisk, directory);
    expect(attempt()).toEqual({ code: "RUN_LOCKED", pid: process.pid });
    expect(() => RunLock.acquire(nodeDisk, directory)).toThrow(
      new RegExp(`process ${process.pid} on ${hostname()}`),
    );
  });

  it("is taken over from a holder that has died", () => {
    leaveDeadLock();
    expect(attempt()).toBeInstanceOf(RunLock);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(thisProcess());
  });

  it("is taken over from a process that only has the same pid", () => {
    if (process.platform !== "linux") return; // elsewhere a pid is all there is to go by
    writeFileSync(path, JSON.stringify({ ...thisProcess(), process_start: "1" }));
    expect(attempt()).toBeInstanceOf(RunLock);
  });

  it("of another host is respected: nobody can know whether it lives", () => {
    writeFileSync(path, JSON.stringify({ host: "elsewhere", pid: 1, process_start: "1" }));
    expect(attempt()).toEqual({ code: "RUN_LOCKED", pid: 1 });
  });

  it.each(["", "{", "[]", '{"pid":"x"}'])("that says %j, left by a crash, is taken over", (text) => {
    writeFileSync(path, text);
    expect(attempt()).toBeInstanceOf(RunLock);
  });
});

describe("of two that come at once, one gets it", () => {
  /** A disk that lets a competitor run just before or after a call on the lock. */
  function interrupted(call: keyof Disk, when: "before" | "after", compete: () => void): Disk {
    let isFirst = true;
    const run = (at: "before" | "after") => {
      if (!isFirst || at !== when) return;
      isFirst = false;
      compete();
    };
    return new Proxy(nodeDisk, {
      get(disk, key) {
        if (key !== call) return Reflect.get(disk, key);
        return (...parameters: unknown[]): unknown => {
          run("before");
          const result: unknown = Reflect.apply(disk[call], disk, parameters);
          run("after");
          return result;
        };
      },
    });
  }

  const moments = (["create", "write", "read", "openToRead", "exists", "remove", "close"] as const).flatMap(
    (call) => (["before", "after"] as const).map((when) => [call, when] as const),
  );

  // Between making a lock and writing it the lock says nothing, and a competitor that finds it so waits half a second for
  // its maker. Here the maker cannot go on meanwhile, as if it had been stopped that long: that much is not promised.
  const stopped = [
    ["create", "after"],
    ["write", "before"],
  ];
  const fair = moments.filter(([call, when]) => !stopped.some(([c, w]) => c === call && w === when));

  it.each(fair)("where the other comes in %s (%s it)", (call, when) => {
    for (const before of [() => undefined, leaveDeadLock]) {
      rmSync(path, { force: true });
      before();
      const outcomes: ReturnType<typeof attempt>[] = [];
      // The competitor is this same process, and so alive; it does its part in one go, in the middle of the other's.
      const first = attempt(interrupted(call, when, () => outcomes.push(attempt())));
      outcomes.push(first);
      const holders = outcomes.filter((outcome) => outcome instanceof RunLock);
      expect(holders.length).toBeLessThanOrEqual(1);
      if (holders.length === 1) expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(thisProcess());
    }
  });

  it("where the other has taken the dead lock over, and its new one says nothing yet", () => {
    leaveDeadLock();
    const disk: Disk = {
      ...nodeDisk,
      create(file) {
        // The other was faster: it removed the dead lock, made its own, and is about to write it.
        if (file.endsWith(".takeover")) writeFileSync(path, "");
        return nodeDisk.create(file);
      },
      remove(file) {
        nodeDisk.remove(file);
        if (file.endsWith(".takeover") && existsSync(path))
          writeFileSync(path, JSON.stringify(thisProcess()));
      },
    };
    expect(attempt(disk)).toEqual({ code: "RUN_LOCKED", pid: process.pid });
  });
});
