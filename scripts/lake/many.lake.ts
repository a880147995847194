import { appendFileSync, cpSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Lake, type Shipped, type ShipRunsOptions, shipRuns } from "@llm-sim/lake";
import { beforeAll, describe, expect, it } from "vitest";
import { writeWholeRun } from "../faults/whole-run.mjs";
import { isThere, useLake } from "./lake.test.fixture.ts";
import { makeOddLog, ODD_KINDS } from "./made-runs.mjs";

const RUNS = 24;
const of = useLake("many", { isOfEachTest: true });
const { home } = of;
let whole: string;
let made = 0;

beforeAll(async () => {
  whole = await writeWholeRun(home, "whole", { turns: 6 });
});

function copies(count = RUNS): string[] {
  const set = made++;
  return Array.from({ length: count }, (_, at) => {
    const directory = join(home, `set-${set}-${at}`);
    cpSync(whole, directory, { recursive: true });
    return directory;
  });
}

/** A lake that counts what it is asked. */
function counting(lake: Lake) {
  const asked = { statements: 0, compared: 0, inserts: 0 };
  const counted: Lake = {
    address: lake.address,
    name: lake.name,
    select(sql, options) {
      asked.statements++;
      return lake.select(sql, options);
    },
    bytes(sql, options) {
      asked.compared++;
      return lake.bytes(sql, options);
    },
    stream: (sql, options) => lake.stream(sql, options),
    command: (sql, options) => lake.command(sql, options),
    insert(...args) {
      asked.inserts++;
      return lake.insert(...args);
    },
    createDatabase: () => lake.createDatabase(),
    close: () => lake.close(),
  };
  return { asked, counted };
}

async function shipped(lake: Lake, runs: readonly string[], options: ShipRunsOptions = {}) {
  const told: Shipped[] = [];
  await shipRuns(lake, runs, { onShipped: (each) => void told.push(each), ...options });
  return told;
}

async function allAreThere(runs: readonly string[]): Promise<void> {
  for (const run of runs) await isThere(of.lake, run, home);
}

describe("many runs that are shipped", () => {
  it("go in together, each as it is, and are told of each", async () => {
    const runs = copies();
    await shipped(of.lake, copies(1));
    const { asked, counted } = counting(of.lake);
    const told = await shipped(counted, runs);
    expect(told.map(({ run }) => run).toSorted()).toEqual(runs.map((run) => basename(run)).toSorted());
    expect(told.every(({ events }) => events > 10)).toBe(true);
    expect(asked.statements + asked.inserts).toBeLessThan(RUNS);
    await allAreThere(runs);
  });

  it("come back byte for byte also where some of them are odd, or being written", async () => {
    const [first = ""] = copies(1);
    const odd = ODD_KINDS.filter((kind) => kind !== "run.json of a later version").map((kind) =>
      makeOddLog(join(home, "odd"), kind, whole),
    );
    const failed: string[] = [];
    await shipped(of.lake, [first, ...odd], { onFailed: (directory) => void failed.push(directory) });
    expect(failed).toEqual([]);
    await allAreThere([first, ...odd]);
  }, 240_000);

  it("are in the lake once where two ship them at once", async () => {
    const runs = copies(6);
    await Promise.all([shipped(of.lake, runs), shipped(of.lake, runs)]);
    await allAreThere(runs);
    const [rows] = await of.lake.select(
      "SELECT count() AS all, uniqExact(run, place) AS different FROM events WHERE (run, edition) IN (SELECT run, max(edition) FROM editions GROUP BY run)",
    );
    expect(rows?.all).toBe(rows?.different);
  });

  it("do not keep each other from it: who is no run of its id, or cannot be read, is told of", async () => {
    const runs = copies(4);
    await shipped(of.lake, runs.slice(1, 2));
    const [, other = "", empty = ""] = runs;
    const log = join(other, "events.jsonl");
    writeFileSync(log, readFileSync(log, "utf8").split("\n").slice(3).join("\n"));
    rmSync(empty, { recursive: true });
    writeFileSync(empty, "no run");
    const failed: string[] = [];
    const told = await shipped(of.lake, runs, { onFailed: (directory) => void failed.push(directory) });
    expect(failed.toSorted()).toEqual([other, empty].toSorted());
    expect(told).toHaveLength(2);
  });
});

describe("many runs that are shipped again", () => {
  it("take a statement where nothing changed, and nothing of them is read", async () => {
    const runs = copies();
    await shipped(of.lake, runs);
    const { asked, counted } = counting(of.lake);
    const told = await shipped(counted, runs);
    expect(told.map(({ events }) => events)).toEqual(runs.map(() => 0));
    // One for the tables' version.
    expect(asked).toEqual({ statements: 2, compared: 0, inserts: 0 });
  });

  /** What somebody may do to a run's files, and its sizes and times may still say the same. */
  const CHANGES: Record<string, (directory: string) => void> = {
    "a log that grew": (directory) => appendFileSync(join(directory, "events.jsonl"), "no event\n"),
    "a log overwritten in place by one of its size, with its former time": (directory) => {
      const path = join(directory, "events.jsonl");
      const { atime, mtime } = statSync(path);
      writeFileSync(path, readFileSync(path, "utf8").replace(/(\n.{40,})[a-z]("[^\n]*\n)/, "$1Z$2"));
      utimesSync(path, atime, mtime);
    },
    "a tape that is gone": (directory) => rmSync(join(directory, "tape.jsonl")),
    "a note more": (directory) => appendFileSync(join(directory, "notes.jsonl"), "a note\n"),
    "a file that is new": (directory) => writeFileSync(join(directory, "new.txt"), "new"),
    "a file that is gone": (directory) => rmSync(join(directory, "notes.jsonl")),
  };

  it.each(Object.keys(CHANGES))("are shipped as they are by then: %s", async (change) => {
    const runs = copies(3);
    writeFileSync(join(runs[1] ?? "", "notes.jsonl"), "a note\n");
    await shipped(of.lake, runs);
    CHANGES[change]?.(runs[1] ?? "");
    await shipped(of.lake, runs);
    await allAreThere(runs);
  });

  it("are held against what is there where that is asked for, whatever their times say", async () => {
    const runs = copies(3);
    await shipped(of.lake, runs);
    const run = basename(runs[1] ?? "");
    await of.lake.command(
      "ALTER TABLE events DELETE WHERE run = {run:String} AND turn = 3 SETTINGS mutations_sync = 1",
      {
        parameters: { run },
      },
    );
    expect((await shipped(of.lake, runs)).map(({ edition }) => edition)).toEqual([1, 1, 1]);
    const told = await shipped(of.lake, runs, { check: true });
    expect(told.find((each) => each.run === run)).toMatchObject({ edition: 2 });
    await allAreThere(runs);
  });
});
