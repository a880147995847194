import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readEvents, verifyRun } from "../read/index.ts";
import { readManifest } from "../run/index.ts";
import { type Attempt, coordinateText, messageHash, readTape, type TapeItem } from "../tape/index.ts";
import { openMemoryStream } from "../testing/index.ts";
import { isWriteError, nodeDisk } from "../write/index.ts";
import { type EventStreamOptions, openEventStream, repairRun } from "./index.ts";

const STALLING = new URL("../write/stalling-disk.fixture.mjs", import.meta.url).href;
let output: string;
beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), "llm-sim-tape-"));
});
afterEach(() => rmSync(output, { recursive: true, force: true }));

const run = () => join(output, "run");
const tapePath = () => join(run(), "tape.jsonl");
const order = (what: string) => writeFileSync(join(output, "disk-orders"), what);
const open = (options: Partial<EventStreamOptions> = {}) =>
  openEventStream({
    outputDir: output,
    simulationId: "run",
    signals: false,
    onWarning: () => undefined,
    ...options,
  });

let asked = 0;
function attempt(said: string[], text = "yes", agent = "alice"): Attempt {
  return {
    coordinate: {
      actor: { type: "agent", agent_id: agent },
      turn: 1,
      purpose: "decide",
      ordinal: asked++,
      attempt: 1,
    },
    model: "llama3.1",
    sampling: { temperature: 0 },
    messages: said.map((content) => ({ role: "user", content })),
    outcome: "response",
    text,
    latency_ms: 3,
  };
}

async function onTape(): Promise<TapeItem[]> {
  const items: TapeItem[] = [];
  const onUnreadable = (line: object) => expect(line).toBe("readable");
  for await (const item of readTape(run(), { onUnreadable })) items.push(item);
  return items;
}

async function attempts() {
  return (await onTape()).flatMap((item) => (item.line === "attempt" ? [item] : []));
}

const THREADS = ["worker", "inline"] as const;

describe.each(THREADS)("the tape of a run, drained by the %s thread,", (thread) => {
  it.each([
    ["deleted", () => rmSync(tapePath())],
    ["renamed", () => renameSync(tapePath(), join(output, "elsewhere.jsonl"))],
    ["gone with its directory", () => rmSync(run(), { recursive: true })],
  ])("is written anew, as it was, where it is %s", async (_, happen) => {
    const stream = await open({ thread });
    await stream.tape.append(attempt(["one"]));
    await stream.flush();
    const before = readFileSync(tapePath(), "utf8");
    happen();
    await stream.tape.append(attempt(["one", "two"]));
    await stream.flush();
    expect(readFileSync(tapePath(), "utf8").startsWith(before)).toBe(true);
    expect(await attempts()).toHaveLength(2);
    await stream.close();
    const told = [];
    for await (const { event } of readEvents(run())) if (event.event_type === "SYSTEM") told.push(event);
    expect(told.map(({ details }) => details)).toContainEqual(
      expect.objectContaining({ path: "tape.jsonl", reason: expect.stringContaining("written anew") }),
    );
  });

  it("goes on behind its last whole line where it is cut off, and the log tells how much is lost", async () => {
    const stream = await open({ thread });
    await stream.tape.append(attempt(["one"]));
    await stream.tape.append(attempt(["one", "two"]));
    await stream.flush();
    const lines = readFileSync(tapePath(), "utf8").split("\n").slice(0, -2);
    const cut = lines.join("\n").length + 10;
    const lost = statSync(tapePath()).size - lines.join("\n").length - 1;
    truncateSync(tapePath(), cut);
    await stream.tape.append(attempt(["one"]));
    await stream.flush();
    await stream.close();
    expect(await attempts()).toHaveLength(2);
    const told = [];
    for await (const { event } of readEvents(run())) if (event.event_type === "SYSTEM") told.push(event);
    expect(told).toEqual([
      expect.objectContaining({
        error_type: "file_lost",
        description: `tape.jsonl: it was cut off while it was being written; ${lost} bytes of it are lost`,
      }),
    ]);
  });

  it("holds what was appended, in order, and is no part of what is counted of events", async () => {
    const stream = await open({ thread });
    const appended: Attempt[] = [];
    for (let turn = 1; turn <= 5; turn++) {
      stream.startTurn(turn);
      const one = attempt(
        ["rules", ...Array.from({ length: turn }, (_, at) => `said ${at}`)],
        `answer ${turn}`,
      );
      await stream.tape.append(one);
      appended.push(one);
      const { emitted, written, dropped, suppressed, pending } = stream.stats();
      expect(emitted).toBe(written + dropped + suppressed + pending);
      stream.decision("alice", "buy", { details: { call: coordinateText(one.coordinate) } });
    }
    await stream.flush();
    expect(stream.stats()).toMatchObject({ emitted: 15, written: 15, pending: 0, dropped: 0 });
    expect((await attempts()).map(({ text }) => text)).toEqual(appended.map(({ text }) => text));
    await stream.close();
    expect(stream.stats()).toMatchObject({ emitted: 17, written: 17, pending: 0, by_type: { DECISION: 5 } });
    expect(readManifest(run())?.counts).toMatchObject({ emitted: 17, written: 17, dropped: 0, pending: 0 });
    expect(stream.stats().bytes).toBe(statSync(join(run(), "events.jsonl")).size);
    expect(await verifyRun(run())).toMatchObject({ result: "ok", events: 17 });
    expect((await attempts()).map(({ messages }) => messages)).toEqual(
      appended.map(({ messages }) => messages.map(messageHash)),
    );
  });

  it("holds an answer of several megabytes, longer than the queue has room for, beside events that go on", async () => {
    const stream = await open({ thread, queueSize: "1MB", verbosity: "DETAIL", maxFileSize: "500KB" });
    const texts = ["é".repeat(3_000_000), "short", "x".repeat(2_000_000)];
    const appending = texts.map((text) => stream.tape.append(attempt(["tell me all"], text)));
    const emitting = (async () => {
      for (let emitted = 0; emitted < 100; emitted++) {
        stream.action("alice", "wait", { filler: "z".repeat(1000) });
        await delay(1);
      }
    })();
    await Promise.all([...appending, emitting]);
    await stream.close();
    expect((await attempts()).map(({ text }) => text)).toEqual(texts);
    expect(stream.stats().dropped).toBe(0);
    expect((await verifyRun(run())).result).toBe("ok");
  });

  it("is made by the first entry alone, and not at all where it is off", async () => {
    const stream = await open({ thread });
    stream.decision("alice", "buy");
    await stream.close();
    expect(readdirSync(run())).not.toContain("tape.jsonl");
    const off = await open({ thread, simulationId: "off", tape: "off" });
    await off.tape.append(attempt(["anything"]));
    await off.close();
    expect(readdirSync(join(output, "off"))).not.toContain("tape.jsonl");
  });

  it("says that attempts are missing where a session goes on without it, so that verify does not ask for them", async () => {
    const stop = async (stream: Awaited<ReturnType<typeof open>>) => {
      await stream.flush();
      const log = readFileSync(join(run(), "events.jsonl"), "utf8");
      await stream.close();
      writeFileSync(join(run(), "events.jsonl"), log);
    };
    const ask = async (stream: Awaited<ReturnType<typeof open>>, text: string) => {
      const one = attempt(["one"], text);
      await stream.tape.append(one);
      stream.system("success", { details: { call: coordinateText(one.coordinate) } });
    };
    for (const tape of ["full", "off", "full"] as const) {
      const stream = await open({ thread, tape, verbosity: "DETAIL" });
      await ask(stream, tape);
      await ask(stream, tape);
      if (tape === "full" && (await onTape()).length > 4) await stream.close();
      else await stop(stream);
    }
    expect(
      (await onTape()).map((item) => (item.line === "tape" ? (item.attempts ?? item.line) : item.line)),
    ).toEqual(["tape", "message", "attempt", "attempt", false, "tape", "attempt", "attempt"]);
    const { violations } = await verifyRun(run());
    expect(violations.filter(({ rule }) => rule.startsWith("tape"))).toEqual([]);
  });

  it("goes on in the next session: a torn line is set aside, answers without their decision stay", async () => {
    const first = await open({ thread });
    await first.tape.append(attempt(["one"], "a"));
    await first.tape.append(attempt(["one", "two"], "b"));
    await first.flush();
    const lines = readFileSync(tapePath(), "utf8");
    await first.close();
    // As a kill leaves it: an answer on the tape, the next line torn, the log without its end.
    writeFileSync(tapePath(), `${lines}{"line":"attempt","coord`);
    const log = readFileSync(join(run(), "events.jsonl"), "utf8").split("\n");
    writeFileSync(join(run(), "events.jsonl"), `${log[0]}\n`);
    const manifest = JSON.parse(readFileSync(join(run(), "run.json"), "utf8"));
    writeFileSync(join(run(), "run.json"), JSON.stringify({ ...manifest, status: "running" }));
    const second = await open({ thread });
    expect(readFileSync(join(run(), "torn-line-1.txt"), "utf8")).toBe('{"line":"attempt","coord');
    await second.tape.append(attempt(["one", "two", "three"], "c"));
    await second.close();
    const items = await onTape();
    expect(items.map((item) => (item.line === "attempt" ? item.text : item.line))).toEqual([
      "tape",
      "message",
      "a",
      "message",
      "b",
      "message",
      "c",
    ]);
    const lost: unknown[] = [];
    for await (const { event } of readEvents(run()))
      if (event.error_type === "session_lost") lost.push(event.details);
    expect(lost).toMatchObject([{ tape: { torn_bytes: 24, set_aside: "torn-line-1.txt" } }]);
  });

  it("takes nothing more once the run is closed, and says why", async () => {
    const stream = await open({ thread });
    const last = stream.tape.append(attempt(["one"]));
    await stream.close();
    await last;
    expect(await attempts()).toHaveLength(1);
    const refused: unknown = await stream.tape.append(attempt(["two"])).catch((error: unknown) => error);
    expect(isWriteError(refused, "TAPE_ENDED")).toBe(true);
    expect(String(refused)).toMatch(/takes no more entries: the run's stream is closed\.$/);
  });

  it("keeps what was on its way where the process ends", async () => {
    const stream = await open({ thread, queueSize: "64KB" });
    await stream.tape.append(attempt(["one"], "first"));
    void stream.tape.append(attempt(["two"], "x".repeat(200_000)));
    void stream.tape.append(attempt(["three"], "third"));
    await Promise.resolve();
    stream.closeNow();
    expect((await attempts()).map(({ text }) => text?.length)).toEqual([5, 200_000, 5]);
  });
});

describe("where the disk does not take the tape", () => {
  it("appending waits while the disk stalls, events go on, and the loop of events is free", async () => {
    const stream = await open({ diskModule: STALLING, queueSize: "256KB" });
    await stream.flush();
    order("stall");
    let isThrough = false;
    const appended = stream.tape.append(attempt(["one"], "x".repeat(300_000))).then(() => {
      isThrough = true;
    });
    let turns = 0;
    for (const end = Date.now() + 300; Date.now() < end; turns++) {
      stream.action("alice", "wait");
      await delay(2);
    }
    expect(isThrough).toBe(false);
    expect(turns).toBeGreaterThan(10);
    // Half of the queue is left to events, which cannot wait.
    expect(stream.stats().dropped).toBe(0);
    order("");
    await appended;
    await stream.close();
    expect(await attempts()).toHaveLength(1);
    expect(stream.stats()).toMatchObject({ dropped: 0, pending: 0 });
  });

  it("a full disk ends it after 10 s with an error, and leaves whole lines; what is lost of the log is counted without it", async () => {
    // A directory where the file should be is refused at once, and for good.
    const stream = await open({ queueSize: "64KB", thread: "inline" });
    await stream.flush();
    mkdirSync(tapePath());
    const begin = performance.now();
    const real = performance.now.bind(performance);
    // The ten seconds pass in a quarter of one.
    const clock = vi.spyOn(performance, "now").mockImplementation(() => begin + (real() - begin) * 40);
    const refused: unknown = await stream.tape
      .append(attempt(["one"], "x".repeat(100_000)))
      .catch((error: unknown) => error);
    expect(isWriteError(refused, "TAPE_ENDED")).toBe(true);
    expect(String(refused)).toMatch(/takes no more entries: EISDIR/);
    stream.decision("alice", "buy");
    await stream.close();
    clock.mockRestore();
    const manifest = readManifest(run());
    expect(manifest?.loss).toMatchObject({
      dropped: 2,
      path: "tape.jsonl",
      counts: { DECISION: 1, MILESTONE: 1 },
    });
    expect(manifest?.counts).toMatchObject({ emitted: 3, written: 1, dropped: 2, pending: 0 });
    expect(stream.stats()).toMatchObject({ emitted: 3, written: 1, dropped: 2, pending: 0 });
  });

  it("a run that was taken over ends it at once", async () => {
    const stream = await open({ queueSize: "64KB", thread: "inline" });
    await stream.tape.append(attempt(["one"]));
    await stream.flush();
    const before = readFileSync(tapePath(), "utf8");
    rmSync(join(run(), "writer.lock"));
    writeFileSync(join(run(), "writer.lock"), JSON.stringify({ host: "elsewhere", pid: 1, token: "theirs" }));
    const refused: unknown = await stream.tape
      .append(attempt(["two"], "x".repeat(100_000)))
      .catch((error: unknown) => error);
    expect(isWriteError(refused, "TAPE_ENDED")).toBe(true);
    await stream.close();
    expect(readFileSync(tapePath(), "utf8")).toBe(before);
  });

  it("forces the tape to the medium before the events that rest on it", async () => {
    const synced: string[] = [];
    const names = new Map<number, string>();
    const disk = {
      ...nodeDisk,
      open(path: string) {
        const file = nodeDisk.open(path);
        names.set(file, path.slice(path.lastIndexOf("/") + 1));
        return file;
      },
      sync(file: number) {
        synced.push(names.get(file) ?? "");
        nodeDisk.sync(file);
      },
    };
    const stream = await open({ disk, durability: "fsync" });
    await stream.tape.append(attempt(["one"]));
    stream.decision("alice", "buy");
    await stream.flush();
    expect(synced.filter((name) => name.endsWith(".jsonl"))).toEqual(["tape.jsonl", "events.jsonl"]);
    await stream.close();
  });
});

describe("what is done with a tape by others", () => {
  it("repair sets a torn line of it aside and keeps the rest", async () => {
    const stream = await open();
    await stream.tape.append(attempt(["one"]));
    await stream.close();
    const whole = readFileSync(tapePath(), "utf8");
    writeFileSync(tapePath(), `${whole}{"line":"mess`);
    expect(await repairRun(run())).toMatchObject({ repaired: true });
    expect(readFileSync(tapePath(), "utf8")).toBe(whole);
    expect(readFileSync(join(run(), "torn-line-1.txt"), "utf8")).toBe('{"line":"mess');
    expect(await repairRun(run())).toMatchObject({ repaired: false });
  });

  it("a run whose tape is of a later format is not opened", async () => {
    mkdirSync(run());
    writeFileSync(tapePath(), '{"line":"tape","format_version":9,"simulation_id":"run","texts":true}\n{"li');
    const refused: unknown = await open().catch((error: unknown) => error);
    expect(isWriteError(refused, "RUN_NEWER")).toBe(true);
    expect(String(refused)).toMatch(
      /tape\.jsonl is of format version 9, and this llm-sim knows versions up to 1/,
    );
    expect(readdirSync(run())).toEqual(["tape.jsonl"]);
  });

  it("a stream without files keeps it where its sink does, in memory for tests", async () => {
    const { stream, tape, sink } = await openMemoryStream();
    await stream.tape.append(attempt(["one"], "a"));
    await stream.tape.append(attempt(["one", "two"], "b"));
    expect(stream.tape.mode).toBe("full");
    expect(tape().flatMap((item) => (item.line === "attempt" ? [item.text] : []))).toEqual(["a", "b"]);
    expect(sink.lines).toHaveLength(1);
    expect(stream.stats()).toMatchObject({ emitted: 1, written: 1 });
    await stream.close();
    const plain = await openMemoryStream({ tape: "off" });
    await plain.stream.tape.append(attempt(["one"]));
    expect(plain.tape()).toEqual([]);
  });

  it("a sink of one's own that takes no tape has none", async () => {
    const stream = await openEventStream({
      simulationId: "own",
      sink: { write: () => true, flush: async () => undefined, close: async () => undefined },
    });
    expect(stream.tape.mode).toBe("off");
    await stream.tape.append(attempt(["one"]));
    await stream.close();
  });
});
