import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { here, type LockHolder, thisProcess } from "../run/index.ts";
import { type Disk, isWriteError, type LockOptions, nodeDisk, RunLock } from "./index.ts";

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
function attempt(
  disk: Disk = nodeDisk,
  options?: LockOptions,
): RunLock | { code: string; pid: number | undefined } {
  try {
    return RunLock.acquire(disk, directory, options);
  } catch (error) {
    if (!isWriteError(error)) throw error;
    return { code: error.code, pid: error.holder?.pid };
  }
}

describe("the lock of a run", () => {
  it("names host, pid and process start, and is gone once it is released", () => {
    const lock = RunLock.acquire(nodeDisk, directory);
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject(thisProcess());
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
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject(thisProcess());
  });

  it("is taken over from a process that only has the same pid", () => {
    if (process.platform !== "linux") return; // elsewhere a pid is all there is to go by
    writeFileSync(path, JSON.stringify({ ...thisProcess(), process_start: "1" }));
    expect(attempt()).toBeInstanceOf(RunLock);
  });

  const leave = (holder: Partial<LockHolder>, secondsAgo: number) => {
    writeFileSync(path, JSON.stringify({ ...thisProcess(), ...holder }));
    const then = new Date(Date.now() - secondsAgo * 1000);
    utimesSync(path, then, then);
  };

  it("of another host is respected while it gives signs of itself", () => {
    leave({ host: "elsewhere", pid: 1 }, 10);
    expect(attempt()).toEqual({ code: "RUN_LOCKED", pid: 1 });
    expect(attempt(nodeDisk, { takeOver: true })).toEqual({ code: "RUN_LOCKED", pid: 1 });
  });

  it("of another host that fell silent is taken over by who says so, and the refusal names how", () => {
    leave({ host: "elsewhere", pid: 1 }, 90);
    expect(() => RunLock.acquire(nodeDisk, directory)).toThrow(
      /process 1 on elsewhere.*no sign for 90 s.*llm-sim repair .* --take-over/,
    );
    expect(attempt(nodeDisk, { takeOver: true })).toBeInstanceOf(RunLock);
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject(thisProcess());
  });

  it("of this very process, seen from elsewhere, is no exception", () => {
    leave({}, 90);
    const from = { ...here(), host: "elsewhere" };
    expect(attempt(nodeDisk, { from })).toEqual({ code: "RUN_LOCKED", pid: process.pid });
    expect(attempt(nodeDisk, { from, takeOver: true })).toBeInstanceOf(RunLock);
    expect(JSON.parse(readFileSync(path, "utf8")).host).toBe("elsewhere");
  });

  it("is never without its text, and leaves no other file", () => {
    const seen: string[] = [];
    const look = () => {
      if (existsSync(path)) seen.push(readFileSync(path, "utf8"));
    };
    const disk = new Proxy(nodeDisk, {
      get: (real, key: keyof Disk) =>
        key === "list"
          ? (listed: string) => real.list(listed)
          : (...parameters: unknown[]): unknown => {
              look();
              const result: unknown = Reflect.apply(real[key], real, parameters);
              look();
              return result;
            },
    });
    for (const before of [() => undefined, leaveDeadLock]) {
      before();
      RunLock.acquire(disk, directory).release();
    }
    expect(seen.length).toBeGreaterThan(5);
    for (const text of seen) expect(() => JSON.parse(text)).not.toThrow();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("is taken where the file system knows no second names", () => {
    const disk: Disk = {
      ...nodeDisk,
      link: () => {
        throw Object.assign(new Error("EPERM: operation not permitted, link"), { code: "EPERM" });
      },
    };
    const lock = RunLock.acquire(disk, directory);
    expect(attempt(disk)).toEqual({ code: "RUN_LOCKED", pid: process.pid });
    lock.release();
    leaveDeadLock();
    expect(attempt(disk)).toBeInstanceOf(RunLock);
    expect(readdirSync(directory)).toEqual(["writer.lock"]);
  });

  it("is not given up by who has lost it", () => {
    const lock = RunLock.acquire(nodeDisk, directory);
    leave({ host: "elsewhere", token: "other" }, 0);
    lock.release();
    expect(existsSync(path)).toBe(true);
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

  const moments = (
    ["create", "write", "link", "read", "openToRead", "exists", "rename", "remove", "close"] as const
  ).flatMap((call) => (["before", "after"] as const).map((when) => [call, when] as const));

  it.each(moments)("where the other comes in %s (%s it)", (call, when) => {
    for (const before of [() => undefined, leaveDeadLock]) {
      rmSync(path, { force: true });
      before();
      const outcomes: ReturnType<typeof attempt>[] = [];
      // The competitor is this same process, and so alive; it does its part in one go, in the middle of the other's.
      const first = attempt(interrupted(call, when, () => outcomes.push(attempt())));
      outcomes.push(first);
      const holders = outcomes.filter((outcome) => outcome instanceof RunLock);
      expect(holders.length).toBeLessThanOrEqual(1);
      if (holders.length === 1) expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject(thisProcess());
    }
  });

  it("where the other has taken the dead lock over meanwhile", () => {
    leaveDeadLock();
    let isFirst = true;
    const disk: Disk = {
      ...nodeDisk,
      link(from, to) {
        // The other was faster: when this one gets to holding the second lock, the dead one is replaced.
        if (to.endsWith(".takeover") && isFirst) {
          isFirst = false;
          writeFileSync(path, JSON.stringify(thisProcess()));
        }
        nodeDisk.link(from, to);
      },
    };
    expect(attempt(disk)).toEqual({ code: "RUN_LOCKED", pid: process.pid });
  });
});
