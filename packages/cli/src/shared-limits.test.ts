import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ModelServer, startModelServer } from "@llm-sim/llm/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askingSimulation } from "./asking.test.fixture.ts";
import { cli } from "./cli.test.fixture.ts";

let server: ModelServer;
beforeEach(async () => {
  // Slow enough for two processes to be at it at once.
  server = await startModelServer(() => ({ json: { coins: 3 }, delay_ms: 20 }));
});
afterEach(() => server.close());

const asking = (limits: object) =>
  askingSimulation({ llm: { base_url: server.base_url, ...limits }, turns: 10 });
const batch = (directory: string) =>
  cli(directory, "run", "sim.yaml", "--seeds", "1..2", "--jobs", "2", "--id", "both");

describe("the runs of a batch, in processes of their own, share", () => {
  it("the rate at which they ask", async () => {
    const directory = asking({ requests_per_minute: 1200 });
    expect(await batch(directory)).toMatchObject({ code: 0 });
    const times = server.requests.map(({ received_at }) => received_at);
    expect(times).toHaveLength(20);
    // 19 slots of 50 ms; each on its own would need 9. A request may arrive late.
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThanOrEqual(800);
    expect(readdirSync(join(directory, "output", ".both"))).toEqual(["spent.jsonl"]);
  });

  it("what they may spend", async () => {
    const directory = asking({ budget: { tokens: 18 * 6 } });
    expect(await batch(directory)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("\n  2 runs ended early: the budget is spent\n"),
      stderr: expect.stringMatching(/both-s1 completed .* the budget is spent\n/),
    });
    // What is under way when the budget is spent is finished.
    expect(server.requests.length).toBeGreaterThanOrEqual(6);
    expect(server.requests.length).toBeLessThanOrEqual(7);
    for (const run of ["both-s1", "both-s2"]) {
      const manifest: unknown = JSON.parse(readFileSync(join(directory, "output", run, "run.json"), "utf8"));
      expect(manifest).toMatchObject({ status: "completed", ended_by: "budget" });
    }
  });
});
