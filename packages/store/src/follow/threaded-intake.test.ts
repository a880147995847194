import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EVENT_TYPES } from "@llm-sim/events/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scanHere } from "../scan/scan-here.test.fixture.ts";
import { anyLog } from "../testing/any-log.ts";
import { generateLog } from "../testing/generate-log.ts";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";
import { type RunFiles, writeRun } from "../testing/write-run.ts";
import { LogFollower } from "./log-follower.ts";
import { ThreadedIntake } from "./threaded-intake.ts";

/** So small that any log is cut into many stretches. */
const threaded = (stretch = 2000): ThreadedIntake =>
  new ThreadedIntake({ threads: 2, least: 1, stretch, scan: scanHere });
const inThreads = (stretch = 2000): ThreadedIntake => new ThreadedIntake({ threads: 2, least: 1, stretch });
const alone = (): ThreadedIntake => new ThreadedIntake({ threads: 1 });

/** All that is known of the log. */
function knownOf(follower: LogFollower): unknown {
  const { index, segments, skippedCount, skippedLines } = follower;
  const { columns, edges, names, states } = index;
  const rows = Array.from({ length: index.rows }, (_, row) => [
    columns.address(row),
    columns.length(row),
    columns.time(row),
    columns.nanoseconds(row),
    columns.turn(row),
    columns.agent(row),
    columns.kind(row),
    columns.needsUpcast(row),
    index.idOf(row),
    index.find(index.idOf(row)),
    edges.causesOf(row),
    [...edges.effectsOf(row)],
  ]);
  const all = (list: { length: number; at(index: number): number }): number[] =>
    Array.from({ length: list.length }, (_, at) => list.at(at));
  const lists = names.agents.names.map((_, agent) =>
    EVENT_TYPES.map((__, kind) => [all(index.rowsOf(agent, kind)), all(index.rowsInvolving(agent, kind))]),
  );
  return {
    rows,
    lists,
    agents: names.agents.names,
    variables: names.variables.names,
    writes: states.variables.map(({ agent, variable }) => [
      agent,
      variable,
      all(states.writesOf(agent, variable)),
    ]),
    order: [index.order.ascending, index.order.turnsAscend, index.order.lastTurn, edges.hasLateCauses],
    missing: [...edges.missing.open()],
    agentCount: index.agentCount,
    skipped: [skippedCount, skippedLines, [...follower.unreadable()]],
    segments: segments.map(({ file, taken, line, checksum, firstId, firstTime, isDone, isOpen, tail }) => ({
      file,
      taken,
      line,
      checksum,
      firstId,
      firstTime,
      isDone,
      isOpen,
      tail,
    })),
  };
}

async function followed(directory: string, threads: ThreadedIntake): Promise<LogFollower> {
  const follower = new LogFollower(directory, undefined, { threads });
  await follower.refresh();
  return follower;
}

/** Taken in by threads and by one alone, the log is the same. @returns how many parts the threads have made */
async function expectSame(directory: string, threads = threaded()): Promise<number> {
  const [one, several] = [await followed(directory, alone()), await followed(directory, threads)];
  expect(knownOf(several)).toEqual(knownOf(one));
  one.close();
  several.close();
  return several.index.frozen.length;
}

async function withRun(files: RunFiles, work: (directory: string) => Promise<void>): Promise<void> {
  await inTemporaryDirectory(async (output) => {
    const directory = join(output, "run");
    writeRun(directory, files);
    await work(directory);
  });
}

const LINES = [...generateLog({ events: 400, agents: 4, simulationId: "run" })];
const SEGMENTS = [LINES.slice(0, 150), LINES.slice(150, 300), LINES.slice(300)];

describe("a log taken in by threads is the same as by one alone", () => {
  it.each<[string, RunFiles]>([
    ["plain", { segments: SEGMENTS }],
    ["compressed but the last", { segments: SEGMENTS, isCompressed: () => true }],
    ["in lines that end in CRLF", { segments: SEGMENTS, lineEnd: "\r\n" }],
    ["with a last line that has no end", { segments: SEGMENTS, terminated: false }],
    ["closed", { segments: SEGMENTS, closed: true, terminated: false }],
    ["in many small segments", { segments: LINES.map((line) => [line]) }],
    ["with empty segments", { segments: [[], LINES.slice(0, 9), [], LINES.slice(9), []] }],
  ])("%s", async (_, files) => {
    await withRun(files, async (directory) => {
      expect(await expectSame(directory)).toBeGreaterThan(1);
    });
  });

  it("with lines that are no events, repeated ones, and such as end in the middle", async () => {
    const lines = [...LINES];
    lines.splice(40, 0, "no event", "", LINES[39] ?? "");
    lines.splice(250, 0, (LINES[200] ?? "").slice(0, 90), "\0\0\0", LINES[247] ?? "");
    await withRun({ segments: [lines.slice(0, 160), lines.slice(160)] }, async (directory) => {
      await expectSame(directory);
    });
  });

  it("with an event that is there again in a stretch far behind", async () => {
    const lines = [...LINES.slice(0, 300), LINES[5] ?? "", ...LINES.slice(300)];
    await withRun({ segments: [lines.slice(0, 160), lines.slice(160)] }, async (directory) => {
      await expectSame(directory);
    });
  });

  it("with a compressed segment that is damaged, and one that is UTF-16", async () => {
    await withRun({ segments: SEGMENTS, isCompressed: (segment) => segment === 0 }, async (directory) => {
      const path = join(directory, "events_2025-11-23_07-15-00-000000.jsonl.gz");
      const bytes = readFileSync(path);
      bytes.fill(7, bytes.length / 2, bytes.length / 2 + 40);
      writeFileSync(path, bytes);
      await expectSame(directory);
      writeFileSync(
        join(directory, "events_2025-11-23_07-15-00-000001.jsonl"),
        Buffer.from(`\uFEFF${SEGMENTS[1]?.join("\n")}\n`, "utf16le"),
      );
      await expectSame(directory);
    });
  });

  it("where it goes on behind what was taken in before", async () => {
    await withRun({ segments: [SEGMENTS[0] ?? [], SEGMENTS[1] ?? []] }, async (directory) => {
      const [one, several] = [await followed(directory, alone()), await followed(directory, threaded())];
      appendFileSync(join(directory, "events.jsonl"), `${SEGMENTS[2]?.join("\n")}\n{"torn`);
      for (const follower of [one, several]) await follower.refresh();
      expect(knownOf(several)).toEqual(knownOf(one));
      expect(several.index.rows).toBe(LINES.length);
      one.close();
      several.close();
    });
  });

  it("whatever it holds", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean().chain((isOrdered) => anyLog({ isOrdered })),
        fc.constantFrom("\n", "\r\n"),
        fc.boolean(),
        fc.integer({ min: 1, max: 9000 }),
        async ({ segments }, lineEnd, terminated, stretch) => {
          await withRun(
            { segments, lineEnd, terminated, isCompressed: (number) => number === 1 },
            async (directory) => {
              await expectSame(directory, threaded(stretch));
            },
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it("when it really is by threads", async () => {
    await withRun({ segments: SEGMENTS, isCompressed: (segment) => segment === 0 }, async (directory) => {
      expect(await expectSame(directory, inThreads())).toBeGreaterThan(10);
    });
  });
});

it("says that a log was written anew which has become another before what was taken in by threads ends", async () => {
  await withRun({ segments: [LINES] }, async (directory) => {
    const follower = await followed(directory, threaded());
    const path = join(directory, "events.jsonl");
    truncateSync(path, 0);
    writeFileSync(path, `${LINES.slice(200).join("\n")}\n${LINES.slice(0, 300).join("\n")}\n`);
    await follower.refresh();
    expect(follower.index.rows).toBe(LINES.length);
    follower.close();
  });
});

it("gives others their turn between two parts, also where all have been scanned before the first is taken in", async () => {
  await withRun({ segments: SEGMENTS }, async (directory) => {
    const scan: typeof scanHere = async function* (stretches) {
      const scanned = [];
      for await (const one of scanHere(stretches)) scanned.push(one);
      yield* scanned;
    };
    const threads = new ThreadedIntake({ threads: 2, least: 1, stretch: 2000, scan });
    let loops = 0;
    const counting = (): void => {
      loops++;
      next = setImmediate(counting);
    };
    let next = setImmediate(counting);
    const loopsAtParts: number[] = [];
    const follower = new LogFollower(directory, undefined, {
      threads,
      partFrozen: async () => void loopsAtParts.push(loops),
    });
    await follower.refresh();
    clearImmediate(next);
    follower.close();
    expect(loopsAtParts.length).toBeGreaterThan(10);
    expect(new Set(loopsAtParts).size).toBe(loopsAtParts.length);
  });
});
