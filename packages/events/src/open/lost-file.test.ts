import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EventStream } from "../emit/index.ts";
import { verifyRun } from "../read/index.ts";
import { readManifest } from "../run/index.ts";
import { type Event, eventSchema } from "../schema/index.ts";
import { type EventStreamOptions, openEventStream } from "./index.ts";

let output: string;
beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), "llm-sim-lost-"));
});
afterEach(() => rmSync(output, { recursive: true, force: true }));

const run = () => join(output, "run");
const active = () => join(run(), "events.jsonl");

/** All events in the run's segments. */
function events(): Event[] {
  return readdirSync(run())
    .filter((name) => /^events.*\.jsonl$/.test(name))
    .toSorted((left, right) =>
      left === "events.jsonl" ? 1 : right === "events.jsonl" ? -1 : left < right ? -1 : 1,
    )
    .flatMap((name) => readFileSync(join(run(), name), "utf8").split("\n"))
    .filter((line) => line !== "")
    .map((line) => eventSchema.parse(JSON.parse(line)));
}

const warnings = () =>
  events().filter((event) => event.event_type === "SYSTEM" && event.status === "warning");

function expectConserved(stream: EventStream): void {
  const { emitted, written, dropped, suppressed, pending } = stream.stats();
  expect(emitted).toBe(written + dropped + suppressed + pending);
}

async function within(milliseconds: number, holds: () => boolean): Promise<boolean> {
  for (const end = Date.now() + milliseconds; Date.now() < end; ) {
    if (holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return holds();
}

const mishaps: [string, RegExp, () => void][] = [
  ["deleted", /deleted or renamed/, () => rmSync(active())],
  ["renamed", /deleted or renamed/, () => renameSync(active(), join(output, "elsewhere.jsonl"))],
  [
    "replaced",
    /replaced/,
    () => {
      writeFileSync(`${active()}.new`, "\n");
      renameSync(`${active()}.new`, active());
    },
  ],
  ["emptied", /cut off/, () => truncateSync(active())],
  ["gone with its directory", /deleted or renamed/, () => rmSync(run(), { recursive: true })],
  ["gone with its directory, which was renamed", /deleted or renamed/, () => renameSync(run(), `${run()}-2`)],
  [
    "gone with all that is in its directory",
    /deleted or renamed/,
    () => {
      for (const name of readdirSync(run())) rmSync(join(run(), name));
    },
  ],
];

describe.each<Partial<EventStreamOptions>>([{ thread: "worker" }, { thread: "inline" }])(
  "a log that is written by $thread",
  (options) => {
    const open = async (more: Partial<EventStreamOptions> = {}) => {
      const stream = await openEventStream({
        outputDir: output,
        simulationId: "run",
        signals: false,
        onWarning: () => undefined,
        ...options,
        ...more,
      });
      stream.startTurn(1);
      for (let n = 0; n < 50; n++) stream.action("alice", "before", { n });
      await stream.flush();
      return stream;
    };

    it.each(mishaps)(
      "and whose active file is %s goes on in a new one, and tells what is lost",
      async (_, words, happen) => {
        const stream = await open();
        happen();
        for (let n = 0; n < 200; n++) stream.action("alice", "after", { n });
        await stream.flush();
        expect(stream.stats()).toMatchObject({ emitted: 253, written: 201, dropped: 52, pending: 0 });
        const started = Date.now();
        await stream.close();
        expect(Date.now() - started).toBeLessThan(2000);
        expectConserved(stream);
        expect(events().filter((event) => event.action_type === "after")).toHaveLength(200);
        expect(warnings()).toEqual([
          expect.objectContaining({
            error_type: "events_dropped",
            description: expect.stringMatching(words),
            details: expect.objectContaining({
              dropped: 52,
              turn_start: 0,
              turn_end: 1,
              path: "events.jsonl",
            }),
          }),
        ]);
        const manifest = readManifest(run());
        expect(manifest).toMatchObject({
          status: "completed",
          counts: { emitted: stream.stats().emitted, written: events().length, dropped: 52 },
          loss: { dropped: 52, told: 52, path: "events.jsonl" },
        });
        expect(stream.loss).toEqual(manifest?.loss);
        expect(await verifyRun(run())).toMatchObject({ result: "loss", violations: [] });
        expect(existsSync(join(run(), "writer.lock"))).toBe(false);
      },
    );

    it.each(mishaps)(
      "and whose active file is %s says so within a second, without an event that comes",
      async (_, words, happen) => {
        const stream = await open();
        happen();
        expect(await within(1000, () => existsSync(active()) && warnings().length === 1)).toBe(true);
        expect(warnings()[0]?.description).toMatch(words);
        expectConserved(stream);
        await stream.close();
      },
    );

    it("and whose active file is deleted just before the end says so in run.json", async () => {
      const stream = await open();
      rmSync(active());
      await stream.close();
      expectConserved(stream);
      const { counts, loss } = readManifest(run()) ?? {};
      expect(counts).toMatchObject({ emitted: stream.stats().emitted, pending: 0 });
      expect(counts?.written).toBe(existsSync(active()) ? events().length : 0);
      expect(loss?.dropped).toBe(counts?.dropped);
      expect(counts?.dropped).toBeGreaterThanOrEqual(52);
    });

    it("keeps what a cut leaves of whole lines, and makes no hole", async () => {
      const stream = await open();
      const lines = readFileSync(active(), "utf8").split("\n");
      truncateSync(active(), lines.slice(0, 10).join("\n").length + 20);
      stream.action("alice", "after");
      await stream.flush();
      await stream.close();
      expect(events().filter((event) => event.action_type === "before")).toHaveLength(8);
      expect(warnings()[0]?.details).toMatchObject({ dropped: 42, turn_start: 1 });
      expect((await verifyRun(run())).violations).toEqual([]);
    });

    it("counts closed segments that are gone with the directory", async () => {
      const stream = await open({ maxFileSize: "4KB" });
      expect(stream.stats().segments).toBeGreaterThan(2);
      rmSync(run(), { recursive: true });
      stream.action("alice", "after");
      await stream.flush();
      await stream.close();
      expect(stream.stats()).toMatchObject({ dropped: 52, written: events().length });
      expect(readManifest(run())).toMatchObject({ counts: { dropped: 52, written: events().length } });
    });
  },
);
