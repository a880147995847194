import type { Fault } from "../write/memory-disk.test.fixture.ts";
import { Random } from "./random.test.fixture.ts";

/** What somebody does while a session goes on. Times in milliseconds. */
export type Act =
  | { do: "emit"; kind: "action" | "state" | "phase" | "warning"; bytes: number; times: number }
  | { do: "turn" }
  | { do: "ask"; bytes: number }
  | { do: "rest"; ms: number }
  | { do: "steps"; steps: number }
  | { do: "flush" }
  | { do: "clock"; ms: number }
  | { do: "outside"; what: "delete" | "cut" | "replace" | "rename"; file: OutsideFile }
  | { do: "room"; bytes: number | undefined };

/** What other hands reach for. */
export type OutsideFile = "events.jsonl" | "tape.jsonl" | "run.json" | "the directory";

/** What happens to the n-th call of a session that changes the disk. */
export interface PlannedFault {
  at: number;
  /** So many calls, one behind the other. */
  calls: number;
  fault: Fault;
  code: "EIO" | "ENOSPC" | "EMFILE";
  /** How long each of them takes. */
  ms: number;
}

/** How a session ends. `kill`: between two calls of the disk. */
export type End = "close" | "close now" | "kill" | "power" | "taken over";

export interface PlannedSession {
  acts: Act[];
  faults: PlannedFault[];
  end: End;
  /** The log is cut behind so much of its lines before the session begins, as a resume does. */
  cut: number | undefined;
  /** Whether the dead holder of the lock is one of whom nothing can be known but its silence. */
  isElsewhere: boolean;
}

export interface Plan {
  seed: number;
  sessions: PlannedSession[];
  compress: "none" | "gzip";
  durability: "none" | "fsync";
  /** Of a segment, in bytes. */
  limit: number;
  /** Who takes lines away: a thread of its own, the host by its timers, or nobody but the plan's steps. */
  driver: "thread" | "inline" | "steps";
  verbosity: "DETAIL" | "STATE" | "DECISION";
  /** What of the last session is left is ended by `repairRun`, which is tried so often under these, and then once more. */
  repairs: PlannedRepair[];
}

export interface PlannedRepair {
  faults: PlannedFault[];
  /** As of a session. */
  isElsewhere: boolean;
}

const MOST_ACTS = 40;

/** What happens in the history of a seed. */
export function planOf(seed: number): Plan {
  const random = new Random(seed);
  const driver = random.weighted([
    [5, "thread"],
    [2, "inline"],
    [4, "steps"],
  ] as const);
  const sessions = Array.from(
    {
      length: random.weighted([
        [4, 1],
        [4, 2],
        [3, 3],
        [1, 5],
      ] as const),
    },
    () => sessionOf(random, driver),
  );
  return {
    seed,
    sessions,
    compress: random.chance(0.25) ? "gzip" : "none",
    durability: random.oneOf(["none", "fsync"]),
    limit: random.weighted([
      [6, 4096],
      [2, 16_384],
      [1, 1 << 20],
    ] as const),
    driver,
    verbosity: random.weighted([
      [6, "DETAIL"],
      [1, "STATE"],
      [1, "DECISION"],
    ] as const),
    repairs: random.chance(0.5) ? [] : repairsOf(random),
  };
}

function repairsOf(random: Random): PlannedRepair[] {
  return Array.from({ length: random.whole(1, 4) }, () => ({
    // Early: there is little that a repair does.
    faults: Array.from({ length: random.whole(0, 2) }, () => faultOf(random, [6, 12, 30])),
    isElsewhere: random.chance(0.2),
  }));
}

function sessionOf(random: Random, driver: Plan["driver"]): PlannedSession {
  const meddled = random.chance(0.12);
  const fills = random.chance(0.1);
  const acts = Array.from({ length: random.whole(0, MOST_ACTS) }, () =>
    actOf(random, driver, meddled, fills),
  );
  return {
    acts,
    faults: random.chance(0.25) ? [] : Array.from({ length: random.whole(1, 5) }, () => faultOf(random)),
    end: random.weighted([
      [3, "close"],
      [2, "close now"],
      [4, "kill"],
      [3, "power"],
      [1, "taken over"],
    ] as const),
    cut: random.chance(0.08) ? random.part() : undefined,
    isElsewhere: random.chance(0.2),
  };
}

function actOf(random: Random, driver: Plan["driver"], meddled: boolean, fills: boolean): Act {
  const kind = random.weighted([
    [10, "emit"],
    [1, "many"],
    [2, "turn"],
    [3, "ask"],
    [6, driver === "steps" ? "steps" : "rest"],
    [1.5, "flush"],
    [1, "clock"],
    [meddled ? 1.5 : 0, "outside"],
    [fills ? 1.5 : 0, "room"],
  ] as const);
  const what = random.oneOf(["action", "state", "phase", "warning"] as const);
  switch (kind) {
    case "emit": {
      const bytes = random.weighted([
        [10, 600],
        [1, 8192],
        [0.4, 14_000],
      ] as const);
      return { do: "emit", kind: what, bytes: random.whole(0, bytes), times: 1 };
    }
    case "many":
      return { do: "emit", kind: what, bytes: random.whole(0, 300), times: random.whole(10, 120) };
    case "turn":
      return { do: "turn" };
    case "ask":
      return {
        do: "ask",
        bytes: random.whole(
          0,
          random.weighted([
            [8, 600],
            [1, 12_000],
            [1, 50_000],
          ] as const),
        ),
      };
    case "rest":
      return {
        do: "rest",
        ms:
          random.weighted([
            [6, 3],
            [6, 30],
            [2, 400],
            [1, 12_000],
          ] as const) * random.part(),
      };
    case "steps":
      return { do: "steps", steps: random.whole(1, 8) };
    case "flush":
      return { do: "flush" };
    case "clock":
      return { do: "clock", ms: random.whole(-5_000, 5_000) };
    case "outside":
      return {
        do: "outside",
        what: random.oneOf(["delete", "cut", "replace", "rename"]),
        file: random.weighted([
          [5, "events.jsonl"],
          [2, "tape.jsonl"],
          [1, "run.json"],
          [1, "the directory"],
        ] as const),
      };
    case "room":
      return { do: "room", bytes: random.chance(0.4) ? undefined : random.whole(0, 3000) };
  }
}

function faultOf(random: Random, latest: readonly [number, ...number[]] = [12, 60, 160]): PlannedFault {
  return {
    at: random.whole(0, random.oneOf(latest)),
    calls: random.weighted([
      [8, 1],
      [2, random.whole(2, 12)],
      [0.5, 400],
    ] as const),
    fault: random.weighted([
      [3, "fail"],
      [2, "short"],
      [2, "part then fail"],
      [1, "ok"],
      [1, "die before"],
      [2, "die in it"],
      [1, "die after"],
    ] as const),
    code: random.oneOf(["EIO", "ENOSPC", "EMFILE"]),
    ms:
      random.weighted([
        [6, 0],
        [1, 30],
        [0.5, 2_000],
        [0.3, 15_000],
      ] as const) * random.part(),
  };
}
