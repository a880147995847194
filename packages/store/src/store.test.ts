import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { thisProcess } from "@llm-sim/events/run";
import { describe, expect, it } from "vitest";
import { isStoreError } from "./errors.ts";
import { openStore } from "./store.ts";
import { generateLog } from "./testing/generate-log.ts";
import { inTemporaryDirectory } from "./testing/temporary-directory.ts";
import { type RunFiles, writeRun } from "./testing/write-run.ts";

const START = 1_763_882_100_000_000;

function logOf(id: string, events: number, start = START): string[] {
  return [...generateLog({ events, agents: 3, simulationId: id, start })];
}

function put(output: string, id: string, lines: string[], files: Partial<RunFiles> = {}): void {
  writeRun(join(output, id), { segments: [lines.slice(0, 40), lines.slice(40)], ...files });
}

function manifest(output: string, id: string, fields: Record<string, unknown>): void {
  const counts = { emitted: 100, written: 100, dropped: 3, suppressed: 0, pending: 0 };
  const whole = {
    simulation_id: id,
    name: "market",
    status: "completed",
    verbosity: "STATE",
    start_time: "2025-11-23T07:15:00.000001Z",
    end_time: "2025-11-23T07:16:00.000001Z",
    counts,
    segments: [],
    ...fields,
  };
  writeFileSync(join(output, id, "run.json"), JSON.stringify(whole));
}

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no error",
    (error: unknown) => (isStoreError(error) ? [error.code, error.details] : error),
  );

it("refuses an option there is none of, by name", () => {
  const options: object = { sidcar: false };
  expect(() => openStore("output", options)).toThrow(
    /"sidcar" is no option of openStore; did you mean "sidecar"/,
  );
});

describe("listing runs", () => {
  // Root reads whatever the permissions say.
  it.skipIf(process.getuid?.() === 0)(
    "says of a run that it cannot be read, and lists the others",
    async () => {
      await inTemporaryDirectory(async (output) => {
        for (const id of ["foreign", "good", "locked"]) put(output, id, logOf(id, 50));
        manifest(output, "locked", { start_time: "2025-11-24T07:15:00.000001Z" });
        for (const id of ["foreign", "locked"]) chmodSync(join(output, id, "events.jsonl"), 0o000);
        const store = openStore(output);
        const unreadable = expect.stringMatching(/events\.jsonl.*EACCES|EACCES.*events\.jsonl/);
        const runs = await store.listRuns();
        expect(runs).toMatchObject([
          { id: "locked", name: "market", status: "completed", event_count: 100, dropped: 3, unreadable },
          { id: "good", event_count: 50 },
          { id: "foreign", status: "interrupted", event_count: 0, unreadable },
        ]);
        expect(runs[1]).not.toHaveProperty("unreadable");
        expect(JSON.stringify(runs), "where they lie").not.toContain(output);
        expect((await store.resolveRun("latest")).id).toBe("locked");
        await store.close();
      });
    },
  );

  it("gives id, name, start_time, event_count and status of each, newest first", async () => {
    await inTemporaryDirectory(async (output) => {
      put(output, "older", logOf("older", 100));
      put(output, "newer", logOf("newer", 70, START + 60_000_000));
      manifest(output, "older", { segments: [] });
      mkdirSync(join(output, "no-run"));
      const store = openStore(output);
      const runs = await store.listRuns();
      expect(runs.map(({ id, name, event_count, status }) => ({ id, name, event_count, status }))).toEqual([
        { id: "newer", name: "newer", event_count: 70, status: "completed" },
        { id: "older", name: "market", event_count: 100, status: "completed" },
      ]);
      expect(runs[0]?.start_time).toBe("2025-11-23T07:16:00.000038Z");
      expect(runs[1]).toMatchObject({
        dropped: 3,
        verbosity: "STATE",
        end_time: "2025-11-23T07:16:00.000001Z",
        segments: 2,
      });
      await store.close();
    });
  });

  it("and one of a run whose log is not there, with nothing in it", async () => {
    await inTemporaryDirectory(async (output) => {
      mkdirSync(join(output, "lost"));
      manifest(output, "lost", { status: "running" });
      const store = openStore(output);
      const expected = { id: "lost", status: "interrupted", event_count: 0 };
      expect(await (await store.openRun("lost")).details()).toMatchObject(expected);
      const [listed] = await store.listRuns();
      expect(listed).toMatchObject(expected);
      expect(listed).not.toHaveProperty("unreadable");
      await store.close();
    });
  });

  it("tells the start of the run, not of its newest segment, right after a rotation", async () => {
    await inTemporaryDirectory(async (output) => {
      const lines = logOf("run", 100);
      put(output, "run", lines, { segments: [lines.slice(0, 99), []] });
      const store = openStore(output);
      const [run] = await store.listRuns();
      expect(run?.start_time).toBe(JSON.parse(lines[0] ?? "").timestamp);
      await store.close();
    });
  });

  it("makes no index of a finished run whose run.json says what is asked", async () => {
    await inTemporaryDirectory(async (output) => {
      put(output, "run", logOf("run", 100), { segments: [logOf("run", 100)] });
      manifest(output, "run", { counts: { emitted: 5, written: 5, dropped: 0, suppressed: 0, pending: 0 } });
      const store = openStore(output);
      const [listed] = await store.listRuns();
      expect(listed).toMatchObject({ event_count: 5, turns: 8 }); // as run.json has it: the log was not counted
      expect(listed?.by_type).toBeUndefined();
      const summary = await (await store.openRun("run")).summary();
      expect(summary).toMatchObject({ event_count: 100, agents: 3, skipped_lines: 0 });
      expect(Object.values(summary.by_type).reduce((a, b) => a + b)).toBe(100);
      await store.close();
    });
  });

  it.each([
    ["running, while the process that holds the lock lives", thisProcess(), "running", "running"],
    [
      "interrupted, where that process is gone",
      { ...thisProcess(), pid: 2 ** 22 + 1 },
      "running",
      "interrupted",
    ],
    ["interrupted, without a lock and without an end", undefined, "running", "interrupted"],
    ["failed, where run.json says so", undefined, "failed", "failed"],
  ])("says %s", async (_, holder, status, expected) => {
    await inTemporaryDirectory(async (output) => {
      put(output, "run", logOf("run", 50));
      manifest(output, "run", { status });
      if (holder) writeFileSync(join(output, "run", "writer.lock"), JSON.stringify(holder));
      const store = openStore(output);
      const [listed] = await store.listRuns();
      expect(listed?.status).toBe(expected);
      expect(listed?.end_time === undefined).toBe(expected === "running");
      await store.close();
    });
  });

  it("is empty where there is no such directory, and where nothing in it is a run", async () => {
    await inTemporaryDirectory(async (output) => {
      expect(await openStore(join(output, "absent")).listRuns()).toEqual([]);
      writeFileSync(join(output, "events.jsonl"), "");
      expect(await openStore(output).listRuns()).toEqual([]);
    });
  });
});

describe("finding a run", () => {
  it("by id, unique prefix, path or `latest`", async () => {
    await inTemporaryDirectory(async (output) => {
      put(output, "market-a1", logOf("market-a1", 50));
      put(output, "market-b2", logOf("market-b2", 50, START + 1_000_000));
      const store = openStore(output);
      const found = async (reference: string) => (await store.resolveRun(reference)).id;
      expect(await found("market-a1")).toBe("market-a1");
      expect(await found("market-a")).toBe("market-a1");
      expect(await found("latest")).toBe("market-b2");
      expect(await found(join(output, "market-b2"))).toBe("market-b2");
      expect(await found(`${join(output, "market-b2")}/`)).toBe("market-b2");
      expect(await codeOf(store.resolveRun("market-"))).toEqual(["INVALID_ARGUMENT", { parameter: "run" }]);
      expect(await codeOf(store.resolveRun("marked-a1"))).toEqual([
        "SIMULATION_NOT_FOUND",
        { reference: "marked-a1", nearest: ["market-a1", "market-b2"] },
      ]);
      await store.close();
    });
  });

  it("by an id from outside, never leaves the output directory", async () => {
    await inTemporaryDirectory(async (root) => {
      const output = join(root, "output");
      put(output, "inside", logOf("inside", 50));
      put(root, "outside", logOf("outside", 50));
      symlinkSync(join(root, "outside"), join(output, "link"));
      const store = openStore(output);
      for (const id of [
        "../outside",
        "..",
        ".",
        "",
        "link",
        "..%2Foutside",
        "inside/../../outside",
        join(root, "outside"),
        "insid",
        "latest",
        "a\0b",
      ]) {
        expect(await codeOf(store.openRun(id)), id).toMatchObject([
          "SIMULATION_NOT_FOUND",
          { reference: id },
        ]);
      }
      expect(await store.listRuns()).toMatchObject([
        { id: "inside" },
        { id: "link", event_count: 0, unreadable: expect.stringContaining("leads out of") },
      ]);
      await store.close();
    });
  });

  it("refuses everything once the store is closed, which may be done twice", async () => {
    await inTemporaryDirectory(async (output) => {
      put(output, "run", logOf("run", 50));
      const store = openStore(output);
      const run = await store.openRun("run");
      await store.close();
      await store.close();
      expect(await codeOf(store.openRun("run"))).toEqual(["STORE_CLOSED", {}]);
      expect(await codeOf(run.query())).toEqual(["STORE_CLOSED", {}]);
      expect(readdirSync(join(output, "run")).filter((file) => file.startsWith("events.index"))).toEqual([]);
    });
  });
});
