import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cleanLog, idOf, lineOf, RUN, textOf } from "../read/built-run.test.fixture.ts";
import { readEvents, verifyRun } from "../read/index.ts";
import { type EventCounts, readManifest } from "../run/index.ts";
import type { Event } from "../schema/index.ts";
import { isWriteError } from "../write/index.ts";
import { openEventStream, repairRun } from "./index.ts";

let output: string;
beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), "llm-sim-damaged-"));
  mkdirSync(run());
});
afterEach(() => rmSync(output, { recursive: true, force: true }));

const run = () => join(output, RUN);
const active = () => join(run(), "events.jsonl");

// In turn 2, before its end.
const events = cleanLog().slice(0, 12);
const whole = textOf(events);
const [last] = events.slice(-1);
const counts: EventCounts = { emitted: 12, written: 12, dropped: 0, suppressed: 0, pending: 0 };
const manifest = {
  simulation_id: RUN,
  status: "running",
  verbosity: "STATE",
  start_time: "2026-11-23T07:15:00.000000Z",
  counts,
  segments: [],
};

function write(text: string | Buffer, hasManifest = true): void {
  writeFileSync(active(), text);
  if (hasManifest) writeFileSync(join(run(), "run.json"), JSON.stringify(manifest));
}

async function read(): Promise<Event[]> {
  const all: Event[] = [];
  for await (const { event } of readEvents(run())) all.push(event);
  return all;
}

const goOn = async () => {
  const stream = await openEventStream({
    outputDir: output,
    simulationId: RUN,
    signals: false,
    thread: "inline",
    verbosity: "STATE",
    // A clock behind the log's.
    clock: { now: () => 1_600_000_000_000_000 },
  });
  const turn = stream.turnNumber;
  stream.action("alice", "sell");
  await stream.close();
  return turn;
};

describe("a log is gone on with from the last event that can be read", () => {
  it.each<[string, string | Buffer]>([
    ["nothing", ""],
    ["zeros", Buffer.alloc(5000)],
    ["zeros and a newline", `${"\0".repeat(5000)}\n`],
    ["half a line", lineOf(last ?? {}).slice(0, 60)],
    ["half a line with its newline", `${lineOf(last ?? {}).slice(0, 60)}\n`],
    ["two spaces", "  "],
    ["two spaces and a newline", "  \n"],
    ["a carriage return", "\r\n"],
    ["several of them", `\n\r\n${"\0".repeat(10)}\n{"half":\n  \n`],
    ["the last line once more", lineOf(last ?? {})],
    ["an older line once more", lineOf(events[3] ?? {})],
    ["a half line, zeros and a newline", `{"half":${"\0".repeat(10)}\n`],
  ])("though %s came behind it", async (_what, tail) => {
    write(Buffer.concat([Buffer.from(whole), Buffer.from(tail)]));
    expect(await goOn()).toBe(2);
    const all = await read();
    expect(all.map(({ event_id }) => event_id)).toEqual(all.map(({ event_id }) => event_id).toSorted());
    expect(all.map(({ timestamp }) => timestamp)).toEqual(all.map(({ timestamp }) => timestamp).toSorted());
    expect(
      all.map((event) => event.error_type ?? event.action_type ?? event.milestone_type).slice(11),
    ).toEqual(["validation_error", "session_lost", "sell", "simulation_end"]);
    expect(all.at(-2)).toMatchObject({ turn_number: 2, caused_by: [events[8]?.event_id] });
    expect(readManifest(run())?.counts).toMatchObject({ emitted: 15, written: 15 });
  });

  it.each<[string, string]>([
    ["a UTF-8 mark", `\ufeff${whole}`],
    ["a blank first line", `\n${whole}`],
    ["CRLF", whole.replaceAll("\n", "\r\n")],
    ["zeros", `\0\0\0${whole}`],
  ])("though %s came before", async (_what, text) => {
    for (const hasManifest of [true, false]) {
      write(text, hasManifest);
      expect(await goOn()).toBe(2);
      expect(await read()).toHaveLength(15);
      rmSync(join(run(), "run.json"));
    }
  });

  it("though the last lines stand in another order than their times", async () => {
    const swapped = [...events.slice(0, 6), ...events.slice(8), ...events.slice(6, 8)];
    write(textOf(swapped));
    expect(await goOn()).toBe(2);
    const ids = (await read()).map(({ event_id }) => event_id).slice(12);
    for (const id of ids) expect(id > idOf(11)).toBe(true);
  });

  it("sets aside what is torn, and keeps the event before it on the same line", async () => {
    write(`${whole.slice(0, -1)}${"\0".repeat(7)}{"half`);
    await repairRun(run());
    expect(readFileSync(join(run(), "torn-line-1.txt"), "latin1")).toBe(`${"\0".repeat(7)}{"half`);
    expect((await read()).slice(0, 12)).toEqual(events);
    expect((await verifyRun(run())).violations).toEqual([]);
  });
});

it("a run of which nothing is left but a run.json that cannot be read had a session, which is told as lost", async () => {
  writeFileSync(join(run(), "run.json"), JSON.stringify(manifest).slice(0, 60));
  await goOn();
  const all = await read();
  expect(all.map((event) => (event.event_type === "SYSTEM" ? event.error_type : event.event_type))).toEqual([
    "MILESTONE",
    "session_lost",
    "ACTION",
    "MILESTONE",
  ]);
  expect(readManifest(run())).toMatchObject({ status: "completed", counts: { written: 4 } });
  expect(await verifyRun(run())).toMatchObject({ result: "loss", violations: [] });
});

describe("repair counts what a reader reads", () => {
  it.each<[string, string, number]>([
    ["unreadable lines", `${textOf(events.slice(0, 6))}{\nnull\n${textOf(events.slice(6))}`, 12],
    ["zeros before a line", `${textOf(events.slice(0, 6))}${"\0".repeat(100)}${textOf(events.slice(6))}`, 12],
    ["repeated lines", whole + textOf(events.slice(2, 6)), 12],
    ["blank lines", whole.replaceAll("\n", "\n\n"), 12],
  ])("of %s", async (_what, text, readable) => {
    write(text);
    const { written } = await repairRun(run());
    expect(await read()).toHaveLength(written);
    expect(written).toBe(readable + 2);
    expect(readManifest(run())?.counts.written).toBe(written);
    expect((await verifyRun(run())).violations.map(({ rule }) => rule)).not.toContain("counts");
  });
});

describe("a run that is not gone on with", () => {
  it("has its end, though another line stands behind that", async () => {
    const ended = cleanLog();
    const text = textOf([...ended.slice(0, 12), ...ended.slice(12).toReversed()]);
    write(text);
    await repairRun(run());
    expect(readFileSync(active(), "utf8")).toBe(text);
    expect(isWriteError(await goOn().catch((error: unknown) => error))).toBe(true);
  });
});

describe("a log by hand, without run.json", () => {
  const finished = cleanLog();

  it.each([
    ["that has its end", textOf(finished)],
    ["that has none", textOf(finished.slice(0, -1))],
  ])("%s is left as it is by repair: no writer of it died", async (_what, text) => {
    write(text, false);
    const count = text.split("\n").length - 1;
    expect(await repairRun(run())).toEqual({ simulation_id: RUN, repaired: false, written: count });
    expect(readFileSync(active(), "utf8")).toBe(text);
    expect(existsSync(join(run(), "run.json"))).toBe(false);
  });

  it("gets its run.json back where it is one of this writer's", async () => {
    rmSync(run(), { recursive: true });
    const stream = await openEventStream({ outputDir: output, simulationId: RUN, thread: "inline" });
    await stream.close();
    cpSync(join(run(), "run.json"), join(output, "before.json"));
    rmSync(join(run(), "run.json"));
    expect(await repairRun(run())).toMatchObject({ repaired: true });
    expect(readManifest(run())).toMatchObject({ status: "completed", counts: { written: 2 } });
  });

  it.each([
    ["of lines that are no events", '{"a":1}\n{"b":2}\n'],
    ["in UTF-16", Buffer.from(whole, "utf16le")],
  ])("%s is somebody else's", async (_what, text) => {
    write(text, false);
    const error: unknown = await goOn().catch((thrown: unknown) => thrown);
    expect(isWriteError(error) && error.code).toBe("RUN_FOREIGN");
  });
});

describe("a run of a later version", () => {
  it("is refused in words by all that write or read it, and left as it is", async () => {
    write(whole);
    writeFileSync(join(run(), "run.json"), JSON.stringify({ ...manifest, format_version: 3 }));
    const words = `${join(run(), "run.json")} is of format version 3, and this llm-sim knows versions up to 2: update llm-sim`;
    for (const attempt of [goOn, () => repairRun(run()), () => verifyRun(run()), read])
      await expect(attempt()).rejects.toThrow(words);
    expect(readFileSync(active(), "utf8")).toBe(whole);
  });
});
