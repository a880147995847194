import { appendFileSync, mkdirSync, renameSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ACTIVE_SEGMENT_FILE, closedSegmentName } from "@llm-sim/events/run";
import type { JsonObject } from "@llm-sim/events/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openStore, type Run, type Store } from "../index.ts";
import { generatedId } from "../testing/generate-log.ts";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";
import { gzipMembers } from "../testing/write-run.ts";

const START = 1_763_882_100_000_000;
/** Two changes within it leave a file the same time. */
const CLOCK_TICK_MS = 12;

function state(number: number, value: number, fields: JsonObject = {}): string {
  return JSON.stringify({
    event_id: generatedId(START, number),
    timestamp: `2026-11-25T10:00:00.${String(number).padStart(6, "0")}Z`,
    turn_number: 1,
    event_type: "STATE",
    simulation_id: "run",
    agent_id: "ann",
    variable_name: "purse",
    old_value: 0,
    new_value: value,
    scope: "agent",
    ...fields,
  });
}

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
const many = (count: number, value = 1): string[] =>
  Array.from({ length: count }, (_, number) => state(number, value));

async function following(
  files: Readonly<Record<string, string | Buffer>>,
  work: (log: { path: (file: string) => string; run: Run; again: () => Promise<Run> }) => Promise<void>,
): Promise<void> {
  await inTemporaryDirectory(async (output) => {
    const path = (file: string): string => join(output, "run", file);
    mkdirSync(path(""));
    for (const [file, content] of Object.entries(files)) writeFileSync(path(file), content);
    const stores: Store[] = [openStore(output)];
    const again = async (): Promise<Run> => {
      await stores.at(-1)?.close();
      const store = openStore(output);
      stores.push(store);
      return store.openRun("run");
    };
    const run = await stores[0]?.openRun("run");
    if (run !== undefined) await work({ path, run, again });
    await stores.at(-1)?.close();
  });
}

const purse = async (run: Run): Promise<unknown> => (await run.explain.state()).agents.ann?.purse;
const ids = async (run: Run): Promise<string[]> =>
  (await run.query({ limit: 10_000 })).events().map(({ event_id }) => event_id);

describe("a log that is written anew in place while it is followed", () => {
  it("is read anew where it has the same length, in its active and in a closed segment, then and after a restart", async () => {
    const closed = closedSegmentName(START);
    await following(
      { [closed]: text([state(0, 1)]), [ACTIVE_SEGMENT_FILE]: text([state(1, 2, { agent_id: "bob" })]) },
      async ({ path, run, again }) => {
        expect(await purse(run)).toBe(1);
        await sleep(CLOCK_TICK_MS);
        writeFileSync(path(closed), text([state(0, 1, { agent_id: "eve" })]));
        expect((await run.explain.state()).agents).toEqual({ eve: { purse: 1 }, bob: { purse: 2 } });
        expect((await run.query({ agent_ids: ["ann"] })).total).toBe(0);
        await sleep(CLOCK_TICK_MS);
        writeFileSync(path(ACTIVE_SEGMENT_FILE), text([state(1, 2, { agent_id: "joe" })]));
        expect((await run.explain.state()).agents).toEqual({ eve: { purse: 1 }, joe: { purse: 2 } });
        expect((await (await again()).explain.state()).agents).toEqual({
          eve: { purse: 1 },
          joe: { purse: 2 },
        });
      },
    );
  });

  it("is read anew although its time was set back, and although an index was kept beside it", async () => {
    const lines = many(20_001);
    await following({ [ACTIVE_SEGMENT_FILE]: text(lines) }, async ({ path, run, again }) => {
      expect(await purse(run)).toBe(1);
      const other = await again();
      expect(await purse(other)).toBe(1);
      const { mtime, atime } = statSync(path(ACTIVE_SEGMENT_FILE));
      await sleep(CLOCK_TICK_MS);
      writeFileSync(path(ACTIVE_SEGMENT_FILE), text(many(20_001, 7)));
      utimesSync(path(ACTIVE_SEGMENT_FILE), atime, mtime);
      expect(await purse(other)).toBe(7);
      expect(await purse(await again())).toBe(7);
    });
  });

  it("is read anew where it has become shorter, or longer with other lines", async () => {
    await following({ [ACTIVE_SEGMENT_FILE]: text(many(3)) }, async ({ path, run }) => {
      expect(await ids(run)).toHaveLength(3);
      for (const count of [2, 9, 40, 1, 5000]) {
        const value = count * 10;
        writeFileSync(path(ACTIVE_SEGMENT_FILE), text(many(count, value)));
        expect(await ids(run)).toHaveLength(count);
        expect(await purse(run)).toBe(value);
      }
    });
  });

  it("is read anew, and appended to, where it has hundreds of segments, by all who ask at the same time", async () => {
    const segments = Array.from({ length: 250 }, (_, number) => closedSegmentName(START + number));
    const files = Object.fromEntries(segments.map((file, number) => [file, text([state(number, number)])]));
    await following({ ...files, [ACTIVE_SEGMENT_FILE]: text([state(250, 250)]) }, async ({ path, run }) => {
      expect(await ids(run)).toHaveLength(251);
      await sleep(CLOCK_TICK_MS);
      writeFileSync(path(segments[120] ?? ""), text([state(120, 7, { agent_id: "eve" })]));
      const asked = await Promise.all(Array.from({ length: 5 }, () => run.query({ agent_ids: ["eve"] })));
      expect(asked.map(({ total }) => total)).toEqual([1, 1, 1, 1, 1]);
      appendFileSync(path(ACTIVE_SEGMENT_FILE), text([state(251, 251)]));
      expect(await Promise.all([ids(run), ids(run)].map(async (all) => (await all).length))).toEqual([
        252, 252,
      ]);
      await sleep(CLOCK_TICK_MS);
      writeFileSync(path(segments[7] ?? ""), text([state(7, 7, { agent_id: "joe" })]));
      appendFileSync(path(ACTIVE_SEGMENT_FILE), text([state(252, 252)]));
      expect((await run.query({ agent_ids: ["joe"] })).total).toBe(1);
      expect(await ids(run)).toHaveLength(253);
    });
  });

  it("is not read anew where it was only appended to", async () => {
    await following({ [ACTIVE_SEGMENT_FILE]: text(many(3)) }, async ({ path, run }) => {
      const { next_cursor } = await run.query({ limit: 1 });
      for (let number = 3; number < 30; number++) {
        appendFileSync(path(ACTIVE_SEGMENT_FILE), text([state(number, number)]));
        expect(await purse(run)).toBe(number);
      }
      expect((await run.query({ cursor: next_cursor ?? "" })).total).toBe(30);
    });
  });
});

describe("a segment that turns up while a log is followed", () => {
  const segments = fc
    .uniqueArray(fc.nat(6), { minLength: 2, maxLength: 5 })
    .chain((starts) =>
      fc.record({ starts: fc.constant(starts), isEmptyFirst: fc.boolean(), compressed: fc.nat(31) }),
    );

  it("is seen as by who opens the run then, wherever its events belong", async () => {
    await fc.assert(
      fc.asyncProperty(segments, async ({ starts, isEmptyFirst, compressed }) => {
        await following(
          { [ACTIVE_SEGMENT_FILE]: isEmptyFirst ? "" : text([state(100, 0)]) },
          async ({ path, run, again }) => {
            await run.query();
            for (const [place, start] of starts.entries()) {
              // Ids count down: they tell nothing of the order.
              const lines = [0, 1, 2].map((at) =>
                state(start * 10 + at, start, { event_id: generatedId(START, 1000 - start * 10 - at) }),
              );
              const name = closedSegmentName(START + place);
              const isCompressed = ((compressed >> place) & 1) === 1;
              if (isCompressed)
                writeFileSync(
                  path(`${name}.gz`),
                  gzipMembers(
                    lines.map((line) => `${line}\n`),
                    2,
                  ),
                );
              else {
                writeFileSync(path("making"), text(lines));
                renameSync(path("making"), path(name));
              }
              if (place === 1 && isEmptyFirst)
                appendFileSync(path(ACTIVE_SEGMENT_FILE), text([state(35, 35)]));
              const followed = await ids(run);
              const streamed: string[] = [];
              for await (const { event_id } of run.subscribe()) streamed.push(event_id);
              const other = openStore(join(path(""), ".."), { sidecar: false });
              const opened = await other.openRun("run");
              expect(followed).toEqual(await ids(opened));
              const streamedThere: string[] = [];
              for await (const { event_id } of opened.subscribe()) streamedThere.push(event_id);
              expect(streamed).toEqual(streamedThere);
              expect(await run.explain.state()).toEqual(await opened.explain.state());
              await other.close();
            }
            await again();
          },
        );
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});
