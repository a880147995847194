import { Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { type CommandContext, Output } from "../context/index.ts";
import { ShipBoard } from "./ship-board.ts";

let screen: string;
let printed: string;

beforeEach(() => {
  screen = "";
  printed = "";
});

function board(directories: readonly string[], { follow = false, json = false, isTerminal = true } = {}) {
  const collecting = (collect: (text: string) => void) =>
    new Writable({
      write(chunk, _encoding, done) {
        collect(String(chunk));
        done();
      },
    });
  const out = collecting((text) => {
    printed += text;
  });
  const err = collecting((text) => {
    screen += text;
  });
  const context: CommandContext = {
    stdout: new Output(out, { isTerminal: false, color: false }),
    stderr: new Output(err, { isTerminal, color: false }),
    env: {},
    cwd: "/",
    now: Date.now,
    interruptible: (work) => work(new AbortController().signal),
    confirm: async () => undefined,
  };
  return new ShipBoard(context, { directories, follow, json });
}

const named = (count: number) => Array.from({ length: count }, (_, at) => `/runs/run-${at}`);
const lastDrawn = () => screen.split("\u001b[J").at(-1);
/** A line that is drawn at once after another one is not drawn. */
const drawnAgain = () => pause(120);

describe("what is shown of runs that are shipped", () => {
  it("is a line of each where they are few, and one of all at the end", async () => {
    const shown = board(named(3));
    await shown.shipped({ run: "run-0", edition: 1, events: 1200, bytes: 3000 });
    await shown.shipped({ run: "run-1", edition: 1, events: 0, bytes: 0 });
    await shown.failure("/runs/run-2", new Error("it is damaged"));
    await shown.end();
    expect(printed.split("\n")).toEqual([
      "run-0: 1,200 events, 2.9 KB",
      "run-1: nothing new",
      expect.stringMatching(/^1 run shipped: 1,200 events, 2\.9 KB.*; 1 run unchanged; 1 run not shipped$/),
      "",
    ]);
    expect(screen).toContain("error: /runs/run-2:");
  });

  it("is one line of many", async () => {
    const shown = board(named(500));
    for (const run of named(500)) await shown.shipped({ run: run.slice(6), edition: 1, events: 0, bytes: 0 });
    await shown.end();
    expect(printed).toBe("500 runs unchanged\n");
  });

  it("is nothing but its line of a single one", async () => {
    const shown = board(named(1));
    await shown.shipped({ run: "run-0", edition: 1, events: 0, bytes: 0 });
    await shown.end();
    expect(printed).toBe("run-0: nothing new\n");
  });

  it("is each run as JSON where that is asked for", async () => {
    const shown = board(named(2), { json: true });
    await shown.shipped({ run: "run-0", edition: 1, events: 0, bytes: 0 });
    await shown.end();
    expect(printed).toBe('{"run":"run-0","edition":1,"events":0,"bytes":0}\n');
  });

  it("is how far they are, on a terminal: all of them, and some that are under way", async () => {
    const shown = board(named(100));
    expect(lastDrawn()).toMatch(/^╌+ 0\/100 runs {2}0 events$/);
    await drawnAgain();
    for (let at = 0; at < 6; at++) shown.progress({ run: `run-${at}`, events: 10, bytes: 2048 });
    await drawnAgain();
    shown.progress({ run: "run-0", events: 20, bytes: 4096 });
    expect(lastDrawn()?.split("\n")).toEqual([
      expect.stringMatching(/0\/100 runs {2}70 events$/),
      expect.stringContaining("run-0"),
      expect.stringContaining("run-1"),
      expect.stringContaining("run-2"),
      expect.stringContaining("run-3"),
      "and 2 other runs …",
    ]);
    expect(lastDrawn()).not.toContain("ETA");
  });

  it("is how long it may take once a part is over, and not of what is followed", async () => {
    for (const [follow, says] of [
      [false, true],
      [true, false],
    ] as const) {
      const shown = board(named(10), { follow });
      await drawnAgain();
      await shown.shipped({ run: "run-0", edition: 1, events: 5, bytes: 9 });
      expect(lastDrawn()?.includes("ETA")).toBe(says);
    }
  });

  it("is nothing meanwhile where no terminal is", async () => {
    const shown = board(named(100), { isTerminal: false });
    shown.progress({ run: "run-0", events: 10, bytes: 2048 });
    shown.notice("the lake is away");
    expect(screen).toBe("the lake is away\n");
  });
});
