import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Rate } from "./index.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "llm-sim-rate-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that takes so many turns, says when, and, where it shall, is killed instead of ending. */
async function taking(turns: number, isKilled = false): Promise<number[]> {
  const program = `
    import { Rate } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
    const rate = Rate.ofBatch(${JSON.stringify(folder)}, { requests_per_minute: 6000 });
    for (let turn = 0; turn < ${turns}; turn++) {
      await rate.turn();
      process.stdout.write(Date.now() + "\\n");
    }
    if (${isKilled}) process.kill(process.pid, "SIGKILL");
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  await once(child, "close");
  return said.trim().split("\n").map(Number);
}

describe("a rate that processes share", () => {
  it("is kept by all of them together, though one is killed", async () => {
    const times = (await Promise.all([taking(20), taking(20), taking(5, true)])).flat();
    expect(times).toHaveLength(45);
    // 44 slots of 10 ms between the first and the last; each on its own would be done in 190 ms. The first may be told late.
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThanOrEqual(340);
  });

  it("is kept within one, in the order of asking", async () => {
    const rate = Rate.ofBatch(folder, { requests_per_minute: 6000 });
    const order: number[] = [];
    const started = Date.now();
    await Promise.all([0, 1, 2, 3, 4].map((index) => rate.turn().then(() => order.push(index))));
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(Date.now() - started).toBeGreaterThanOrEqual(30);
  });

  it("lets who comes when nobody is there go at once, however low it is", async () => {
    await Rate.ofBatch(folder, { requests_per_minute: 0.5 }).turn();
  });

  it("waits for all where the server told one to", async () => {
    const one = Rate.ofBatch(folder, {});
    const other = Rate.ofBatch(folder, { requests_per_minute: 6000 });
    await one.turn();
    const started = Date.now();
    other.pause(150);
    one.pause(10);
    await Promise.all([one.turn(), other.turn()]);
    expect(Date.now() - started).toBeGreaterThanOrEqual(150);
  });

  it("waits as well where one is told while another waits for its slot", async () => {
    const rate = Rate.ofBatch(folder, { requests_per_minute: 1200 });
    await rate.turn();
    const started = Date.now();
    const turn = rate.turn();
    Rate.ofBatch(folder, {}).pause(150);
    await turn;
    expect(Date.now() - started).toBeGreaterThanOrEqual(150);
  });

  it("lets go who gives up, in the queue and at its head", async () => {
    const rate = Rate.ofBatch(folder, { requests_per_minute: 1 });
    await rate.turn();
    const controller = new AbortController();
    const waiting = [rate.turn(controller.signal), rate.turn(controller.signal)];
    setTimeout(() => controller.abort(new Error("given up")), 20);
    for (const turn of waiting) await expect(turn).rejects.toThrow("given up");
  });

  it("leaves few files behind, and clears away those of who died", async () => {
    let now = 1_000_000_000_000;
    const rate = Rate.ofBatch(folder, { requests_per_minute: 60 }, () => now);
    for (let second = 0; second < 100; second++) {
      await rate.turn();
      now += 1000;
    }
    expect(readdirSync(folder).length).toBeLessThanOrEqual(12);
    now += 60_000;
    const next = Rate.ofBatch(folder, { requests_per_minute: 60 }, () => now);
    expect(readdirSync(folder)).toEqual([]);
    await next.turn();
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it("cannot be none", () => {
    expect(() => Rate.ofBatch(folder, { requests_per_minute: 0 })).toThrow(
      "llm.requests_per_minute is 0: give a number above 0",
    );
  });
});
