import { appendFileSync, cpSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { SearchProgress } from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import type { Run } from "./port/index.ts";
import { parseCriteria, parseFilter } from "./query/index.ts";
import { openStore } from "./store.ts";
import { bruteForce } from "./testing/brute-force.ts";
import { generateLog } from "./testing/generate-log.ts";
import { inTemporaryDirectory } from "./testing/temporary-directory.ts";
import { type RunFiles, writeRun } from "./testing/write-run.ts";

const LINES = [...generateLog({ events: 30_000, agents: 9, simulationId: "run" })];
const SEGMENTS = [LINES.slice(0, 9000), LINES.slice(9000, 20_000), LINES.slice(20_000)];

function withRun<T>(files: RunFiles, work: (run: Run, directory: string) => Promise<T>): Promise<T> {
  return inTemporaryDirectory(async (output) => {
    const directory = join(output, "run");
    writeRun(directory, files);
    const store = openStore(output, { sidecar: false });
    try {
      return await work(await store.openRun("run"), directory);
    } finally {
      await store.close();
    }
  });
}

const q = "agent_007 trades";
const idsOf = (events: readonly Event[]): string[] => events.map(({ event_id }) => event_id);

describe("a search", () => {
  it.each([
    ["plain", () => false],
    ["compressed", (segment: number) => segment < 2],
  ])(
    "over %s segments tells its hits in order as it comes to them, and how far it has come",
    (_, isCompressed) =>
      withRun({ segments: SEGMENTS, isCompressed }, async (run, directory) => {
        const steps: SearchProgress[] = [];
        const told: string[] = [];
        const answer = await run.search(
          { q, in: "payload" },
          {
            hits: 10_000,
            onProgress: ({ events, ...progress }) => {
              steps.push(progress);
              told.push(...events.map(({ event_id }) => event_id));
            },
          },
        );
        const expected = idsOf(await bruteForce(directory, { q, in: "payload" }));
        expect(told).toEqual(expected);
        expect(answer).toMatchObject({ scanned: 30_000, of: 30_000, hits: expected.length });
        expect(answer).not.toHaveProperty("searched_to");
        expect(steps.length).toBeGreaterThan(4);
        for (const [at, step] of steps.entries()) {
          expect(step.scanned).toBeGreaterThanOrEqual(steps[at - 1]?.scanned ?? 0);
          expect(step.of).toBe(30_000);
        }
        // Up to the time that a step says, its hits are all there are.
        const [step] = steps.slice(2);
        const before = { q, in: "payload", end_timestamp: step?.searched_to ?? "" } as const;
        expect(step?.turn).toBeGreaterThan(0);
        expect((await run.query(before)).total).toBe((await bruteForce(directory, before)).length);
        expect(step?.hits).toBeGreaterThanOrEqual((await run.query(before)).total);
      }),
  );

  it("does not hold up who asks about what it has looked at", () =>
    withRun({ segments: SEGMENTS }, async (run, directory) => {
      const wanted = parseCriteria({ q, in: "payload" });
      let scanned = 0;
      let asked: Promise<void> | undefined;
      await run.ask(async (view) => {
        await view.search(wanted, {
          onProgress: (progress) => {
            ({ scanned } = progress);
            const { searched_to } = progress;
            if (searched_to === undefined) return;
            asked ??= (async () => {
              const before = { q, in: "payload", end_timestamp: searched_to } as const;
              const { total } = await view.query(parseFilter(before));
              expect(scanned).toBeLessThan(30_000);
              expect(total).toBe((await bruteForce(directory, before)).length);
            })();
          },
        });
      });
      await asked;
    }));

  it("tells as many hits whole as are asked for, and counts all", () =>
    withRun({ segments: SEGMENTS }, async (run) => {
      let told = 0;
      const { hits } = await run.search(
        { q },
        {
          hits: 7,
          onProgress: ({ events }) => {
            told += events.length;
          },
        },
      );
      expect([told, hits > 7]).toEqual([7, true]);
    }));

  it("stops soon after its client has gone, goes on from there for the next, and answers what is narrower at once", () =>
    withRun({ segments: SEGMENTS }, async (run, directory) => {
      const client = new AbortController();
      let stopped: SearchProgress | undefined;
      const searching = run.search(
        { q, in: "payload" },
        {
          signal: client.signal,
          onProgress: (progress) => {
            stopped = progress;
            if (progress.scanned > 5000) client.abort(new Error("gone"));
          },
        },
      );
      // Who waits for the same is not stopped with it.
      const other = run.query({ q, in: "payload", limit: 1 });
      await expect(searching).rejects.toThrow("gone");
      expect(stopped?.scanned).toBeLessThan(20_000);
      const expected = (await bruteForce(directory, { q, in: "payload" })).length;
      expect((await other).total).toBe(expected);
      const first: SearchProgress[] = [];
      const narrower = { q, in: "payload" as const, event_types: ["ACTION" as const], turn_end: 50 };
      await run.search(narrower, { onProgress: (step) => first.push(step) });
      expect(first.at(-1)?.hits).toBe((await bruteForce(directory, narrower)).length);
    }));

  it("lets others in between: no step holds the event loop", () =>
    withRun({ segments: SEGMENTS }, async (run) => {
      let turns = 0;
      const over = new AbortController();
      const counting = (async () => {
        for (; !over.signal.aborted; turns++) await setImmediate();
      })();
      await run.search({ q: "nowhere at all", in: "payload" });
      over.abort();
      await counting;
      expect(turns).toBeGreaterThan(2);
    }));

  it("of a run that is being written finds what was there when it began, and then what came since", () =>
    withRun({ segments: [LINES.slice(0, 12_000)], closed: false }, async (run, directory) => {
      let isAppended = false;
      const first = await run.search(
        { q, in: "payload" },
        {
          onProgress: () => {
            if (!isAppended)
              appendFileSync(join(directory, "events.jsonl"), `${LINES.slice(12_000, 24_000).join("\n")}\n`);
            isAppended = true;
          },
        },
      );
      expect(first.of).toBe(12_000);
      const expected = await bruteForce(directory, { q, in: "payload" });
      const page = await run.query({ q, in: "payload", limit: 10_000 });
      expect(idsOf(page.events())).toEqual(idsOf(expected));
      expect(first.hits).toBeLessThan(expected.length);
    }));

  it("over a log with lines that are no events, and events that were lost, says so", () =>
    withRun(
      { segments: [[...LINES.slice(0, 500), "no json", ...LINES.slice(500, 900)]] },
      async (run, directory) => {
        const answer = await run.search({ q, in: "payload" });
        expect(answer.hits).toBe((await bruteForce(directory, { q, in: "payload" })).length);
        expect(answer.complete).toBe(false);
        expect(answer.gaps.length).toBeGreaterThan(0);
      },
    ));

  it("over a log of the other dialect finds what its events say today", () =>
    inTemporaryDirectory(async (output) => {
      cpSync(join(import.meta.dirname, "fixtures", "python-dialect"), output, { recursive: true });
      const store = openStore(output);
      for (const { id } of await store.listRuns()) {
        const run = await store.openRun(id);
        for (const text of ["simulation_start", "trade", "TURN", "1", "é"]) {
          const expected = await bruteForce(join(output, id), { q: text, in: "payload" });
          expect((await run.search({ q: text, in: "payload" })).hits, `${id} ${text}`).toBe(expected.length);
        }
      }
      await store.close();
    }));

  it("refuses what cannot be asked", () =>
    withRun({ segments: [LINES.slice(0, 10)] }, async (run) => {
      await expect(run.search({ q, turn_start: 5, turn_end: 1 })).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
      });
    }));
});
