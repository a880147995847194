import { fork } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { openEventStream } from "@llm-sim/events";
import { ACTIVE_SEGMENT_FILE, LOCK_FILE, thisProcess } from "@llm-sim/events/run";
import { describe, expect, it } from "vitest";
import { openStore } from "../store.ts";
import { allEvents, isMatch } from "../testing/brute-force.ts";
import { generateLog } from "../testing/generate-log.ts";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";
import { writeRun } from "../testing/write-run.ts";
import type { StreamedEvent } from "./types.ts";

async function idsOf(events: AsyncIterable<StreamedEvent>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { event_id } of events) ids.push(event_id);
  return ids;
}

const RACED_EVENTS = 6000;

/** A process that writes a run in small segments, pausing now and then, and ends it. */
function startWriter(output: string, compress: "gzip" | "none") {
  return fork(
    join(import.meta.dirname, "../testing/racing-writer.mjs"),
    [output, String(RACED_EVENTS), compress],
    {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      execArgv: [],
    },
  );
}

describe("a subscription", () => {
  it.each(["none", "gzip"] as const)(
    "that races a writer and its rotations sees every event exactly once, in order (compress: %s)",
    async (compress) => {
      await inTemporaryDirectory(async (output) => {
        const writer = startWriter(output, compress);
        await once(writer, "message"); // the run is there
        const store = openStore(output);
        const run = await store.openRun("raced");
        const all = idsOf(run.subscribe());
        const some = idsOf(run.subscribe({ filter: { event_types: ["STATE"], agent_ids: ["alice"] } }));
        // Meanwhile it is asked for pages: what has been seen stays, and what is new follows.
        const exited = once(writer, "exit");
        let seen: string[] = [];
        while (writer.exitCode === null) {
          const page = await run.query({ limit: 10_000 });
          const ids = page.events().map(({ event_id }) => event_id);
          expect(ids.slice(0, seen.length)).toEqual(seen);
          expect(page.total).toBe(ids.length);
          seen = ids;
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        await exited;
        expect(writer.exitCode).toBe(0);
        const events = await allEvents(join(output, "raced"));
        expect(await all).toEqual(events.map(({ event_id }) => event_id));
        const filter = { event_types: ["STATE" as const], agent_ids: ["alice"] };
        expect(await some).toEqual(
          events.filter((event) => isMatch(event, filter)).map(({ event_id }) => event_id),
        );
        expect(events.length).toBeGreaterThan(RACED_EVENTS);
        const summary = await run.summary();
        expect(summary).toMatchObject({ status: "completed", event_count: events.length, skipped_lines: 0 });
        expect(summary.segments).toBeGreaterThan(5);
        expect((await run.integrity()).violations).toEqual([]);
        await store.close();
      });
    },
    60_000,
  );

  it("begins behind the event it is told, and ends with the run", async () => {
    const lines = [...generateLog({ events: 200, agents: 3, simulationId: "run" })];
    await inTemporaryDirectory(async (output) => {
      writeRun(join(output, "run"), { segments: [lines.slice(0, 90), lines.slice(90)] });
      const store = openStore(output);
      const run = await store.openRun("run");
      const ids = lines.map((line): string => JSON.parse(line).event_id);
      expect(await idsOf(run.subscribe({ after: ids[120] ?? "" }))).toEqual(ids.slice(121));
      expect(await idsOf(run.subscribe({ after: ids[199] ?? "" }))).toEqual([]);
      const trades = lines.filter((line) => JSON.parse(line).description.includes("trades 4"));
      expect(await idsOf(run.subscribe({ filter: { q: "TRADES 4" } }))).toEqual(
        trades.map((line) => JSON.parse(line).event_id),
      );
      await expect(idsOf(run.subscribe({ after: "01KAQS1VSG0A1B2C0000002JFH" }))).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        details: { parameter: "after" },
      });
      await expect(idsOf(run.subscribe({ filter: { turn_start: -1 } }))).rejects.toMatchObject({
        details: { parameter: "turn_start" },
      });
      await store.close();
    });
  });

  it("gives an event within moments of its being written, and ends when it is told to", async () => {
    await inTemporaryDirectory(async (outputDir) => {
      const stream = await openEventStream({
        outputDir,
        simulationId: "run",
        verbosity: "DETAIL",
        signals: false,
      });
      await stream.flush();
      // A slow poll: what comes in time came by notification.
      const store = openStore(outputDir, { pollInterval: 60_000 });
      const run = await store.openRun("run");
      const stop = new AbortController();
      const arrivals: string[] = [];
      const following = (async () => {
        for await (const { line } of run.subscribe({ signal: stop.signal }))
          arrivals.push(JSON.parse(line.toString()).event_type);
      })();
      await expect.poll(() => arrivals).toEqual(["MILESTONE"]);
      stream.action("alice", "wave");
      await stream.flush();
      await expect.poll(() => arrivals).toEqual(["MILESTONE", "ACTION"]);
      stop.abort();
      await following;
      await stream.close();
      await store.close();
    });
  });

  it("takes lines as they are written, in pieces and by agents that were not there before", async () => {
    const lines = [...generateLog({ events: 400, agents: 4, simulationId: "run" })];
    const agents = ["agent_003"];
    const expected = lines.filter((line) => agents.includes(JSON.parse(line).agent_id));
    await inTemporaryDirectory(async (output) => {
      const directory = join(output, "run");
      mkdirSync(directory);
      writeFileSync(join(directory, LOCK_FILE), JSON.stringify(thisProcess()));
      const path = join(directory, ACTIVE_SEGMENT_FILE);
      writeFileSync(path, `${lines[0]}\n`);
      const store = openStore(output, { pollInterval: 60_000 });
      const run = await store.openRun("run");
      const stop = new AbortController();
      const all: string[] = [];
      const some: string[] = [];
      const follow = async (into: string[], agent_ids: string[]) => {
        for await (const { line } of run.subscribe({ filter: { agent_ids }, signal: stop.signal }))
          into.push(line.toString());
      };
      const following = [follow(all, []), follow(some, agents)];
      await expect.poll(() => all.length).toBe(1);
      const text = Buffer.from(`${lines.slice(1).join("\n")}\n`);
      // Pieces of a line, and now and then of several.
      for (let at = 0, piece = 1; at < text.length; at += piece, piece = (piece * 7 + 13) % 1500) {
        appendFileSync(path, text.subarray(at, at + piece));
        if (piece % 3 === 0) await setImmediate();
      }
      await expect.poll(() => all.length).toBe(lines.length);
      expect(all).toEqual(lines);
      await expect.poll(() => some.length).toBe(expected.length);
      expect(some).toEqual(expected);
      stop.abort();
      await Promise.all(following);
      await store.close();
    });
  });

  it("ends when the store is closed", async () => {
    await inTemporaryDirectory(async (outputDir) => {
      const stream = await openEventStream({ outputDir, simulationId: "run", signals: false });
      await stream.flush();
      const store = openStore(outputDir);
      const following = idsOf((await store.openRun("run")).subscribe());
      await new Promise((resolve) => setTimeout(resolve, 50));
      await store.close();
      expect((await following).length).toBeLessThanOrEqual(1);
      await stream.close();
    });
  });
});
